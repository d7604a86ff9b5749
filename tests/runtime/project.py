"""A project of fake processes, and a `blueprint run` of it as seen from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import blueprint

FAKE = Path(__file__).with_name("fake.py")
MARK = "BLUEPRINT_TEST_RUN"
BLUEPRINT = [sys.executable, "-m", "blueprint"]


def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    """Ask until the answer is yes; False if it still is no after that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@dataclass(frozen=True)
class Project:
    """A folder with a run.json, whose processes carry a mark that their descendants inherit."""

    folder: Path
    runs: list[Run] = field(default_factory=list)

    def describe(self, programs: Mapping[str, Sequence[str]], **changes: object) -> None:
        """Write run.json: a name and the habits of each program; the first one is the entry."""
        processes = [
            {
                "name": name,
                "command": ["{python}", str(FAKE), "{port}", *habits],
                "ready": "/readyz",
                "env": {"DATA": "{data}", "ENTRY": "{url}"},
            }
            for name, habits in programs.items()
        ]
        description = {
            "version": 1,
            "name": "shop",
            "pattern": "microservices",
            "environment": None,
            "data": "var",
            "processes": processes,
            "entry": next(iter(programs)),
        }
        (self.folder / ".blueprint").mkdir(exist_ok=True)
        (self.folder / ".blueprint/run.json").write_text(json.dumps(description | changes))

    @property
    def environment(self) -> dict[str, str]:
        package = Path(blueprint.__file__).parents[1]
        # As in most shells, Python may write bytecode.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {**kept, MARK: str(self.folder), "PYTHONPATH": str(package)}

    def run(self, *flags: str) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        command = [*BLUEPRINT, "run", str(self.folder), *flags]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)

    def start(self, *flags: str, stderr: int | None = None) -> Run:
        """Start in the background; wait until it is ready or has ended."""
        self.runs.append(Run(self, flags, stderr))
        return self.runs[-1]

    def close(self) -> None:
        """End every run that is still there, the hard way."""
        for run in self.runs:
            run.process.kill()
            run.process.communicate()

    def processes(self) -> set[int]:
        """All processes that come from runs of this project, in whatever session they are."""
        mark = f"{MARK}={self.folder}".encode()
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.add(int(entry.name))
            except OSError:  # it has ended, or belongs to someone else
                continue
        return found


class Run:
    """One `blueprint run --json` in the background."""

    def __init__(self, project: Project, flags: Sequence[str], stderr: int | None) -> None:
        self.log = project.folder / "log.txt"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*BLUEPRINT, "run", str(project.folder), "--json", *flags],
                env=project.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log if stderr is None else stderr,
                start_new_session=True,
                text=True,
            )
        assert self.process.stdout is not None
        self.answer = json.loads(self.process.stdout.readline())
        self.services = {service["name"]: service for service in self.answer["data"].get("services", [])}

    def get(self, name: str, path: str = "/") -> str:
        with urllib.request.urlopen(f"{self.services[name]['url']}{path}", timeout=5) as response:
            body: bytes = response.read()
            return body.decode()

    def is_up(self, name: str) -> bool:
        try:
            self.get(name)
        except OSError:
            return False
        return True

    def end(self, number: int) -> int:
        """Send a signal and wait; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def logged(self) -> str:
        return self.log.read_text(errors="replace")
