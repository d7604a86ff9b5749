"""A project under git and its database: changed by real commands, and started as a process is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprint.cli.main import run
from blueprint.runtime.environment import process_variables
from tests.support.programs import require

PROGRAM = Path(__file__).with_name("start.py")
SPEC = """\
version: 1
name: mall
pattern: monolith
stack: fastapi
database: postgresql
services:
  lamps:
    resource: {name: str, price: money >= 1}
"""
ROW = "INSERT INTO lamps (id, created_at, name, price) VALUES ('1', 'now', 'Ada', 7)"


@dataclass(frozen=True, slots=True)
class Start:
    """`refused` is why there was none, `answers` are the rows of each statement, `told` is the log."""

    refused: str
    answers: list[list[dict[str, object]]]
    told: str


@dataclass(frozen=True, slots=True)
class Place:
    """The project in `root`, whose services keep their rows at `url`."""

    root: Path
    url: str
    python: str
    services: tuple[str, ...] = ("lamps",)

    def command(self, *words: str) -> int:
        """The exit code of a command of ours."""
        return run([*words, str(self.root)] if words[0] != "add-service" else [*words, "-C", str(self.root)])

    def do(self, *words: str) -> None:
        assert self.command(*words) == 0, words

    def respecify(self, old: str, new: str) -> None:
        """Change the text of blueprint.yaml, and follow it."""
        spec = self.root / "blueprint.yaml"
        text = spec.read_text()
        assert old in text, old
        spec.write_text(text.replace(old, new, 1))
        self.do("sync")

    def start(self, *statements: str) -> Start:
        process = self.begin(*statements)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        *told, last = out.splitlines()
        answer = json.loads(last)
        return Start(answer.get("refused", ""), answer.get("answers", []), "\n".join(told))

    def begin(self, *statements: str) -> subprocess.Popen[str]:
        """A start that nobody has waited for yet."""
        process = subprocess.Popen(
            [self.python, "-P", str(PROGRAM), "mall", self.url, "mall", *self.services],
            cwd=self.root,
            env=process_variables(self.root / "src"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin
        process.stdin.write(json.dumps(statements))
        process.stdin.close()
        process.stdin = None
        return process

    def started(self, *statements: str) -> list[list[dict[str, object]]]:
        start = self.start(*statements)
        assert not start.refused, start.refused
        return start.answers

    def columns(self, table: str = "lamps") -> list[str]:
        """Of the one row that is there."""
        [[row]] = self.started(f'SELECT * FROM "{table}"')
        return sorted(row)

    def migrations(self, service: str = "lamps") -> list[Path]:
        return sorted((self.root / "src/mall" / service / "migrations").glob("*.sql"))

    def migration(self, part: str, service: str = "lamps") -> Path:
        [found] = [path for path in self.migrations(service) if part in path.name]
        return found

    def git(self, *words: str) -> str:
        return git(self.root, words)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "a step", "--allow-empty")


def written(root: Path) -> Path:
    spec = root.with_name("spec.yaml")
    spec.write_text(SPEC)
    assert run(["new", "--spec", str(spec), "-o", str(root), "-p", "monolith"]) == 0
    return root


def git(root: Path, words: Sequence[str]) -> str:
    """What git says; AssertionError where it fails, but for a merge with conflicts."""
    settings = ("-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgSign=false")
    done = subprocess.run(
        [require("git"), *settings, *words], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or words[0] == "merge", done.stderr
    return done.stdout


def fetch(place: Place) -> None:
    """`blueprint migrations fetch`, with DATABASE_URL as it is in production."""
    done = subprocess.run(
        [sys.executable, "-m", "blueprint", "migrations", "fetch", str(place.root)],
        env=process_variables(None) | {"DATABASE_URL": place.url},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
