"""A team and its project: it edits, commits, extends the project and takes that back, by real commands."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from blueprint.cli.main import run
from tests.generated.edits import Dependency, Edit
from tests.generated.workshop import Workshop
from tests.support.programs import require

SPEC = Path(__file__).with_name("blank.yaml")
LEFT_BEHIND = ("*.blueprint-new", "*.blueprint-old", "*.mine")
SHIPMENTS = (
    *("shipments", "--field", "order_id: str unique", "--field", "status: str"),
    *("--action", "ship", "--undo", "cancel_shipment", "--publishes", "ship: shipment.sent"),
    *("--step-of", "checkout", "--after", "payments"),
)
"""A service with an event, and a step of the workflow."""


@dataclass(frozen=True, slots=True)
class Team:
    """A project under git, in an environment that has what its locks say."""

    root: Path
    workshop: Workshop

    @classmethod
    def begin(cls, root: Path, preset: str, pattern: str, workshop: Workshop) -> Team:
        source = ["--spec", str(SPEC)] if preset == "blank" else [root.name, "--preset", preset]
        assert run(["new", *source, "-p", pattern, "-o", str(root)]) == 0
        return cls(root, workshop)

    def command(self, *words: str) -> None:
        """A command of the tool that has to end well."""
        place = ("-C", str(self.root)) if words[0] in TAKE_DIRECTORY else (str(self.root),)
        code = run([*words, *place])
        assert code == 0, (words, code)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "a step", "--allow-empty")

    def git(self, *words: str) -> str:
        settings = ("-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgSign=false")
        done = subprocess.run(
            [require("git"), *settings, *words], cwd=self.root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def respecify(self, old: str, new: str) -> None:
        spec = self.root / "blueprint.yaml"
        text = spec.read_text()
        assert old in text, old
        spec.write_text(text.replace(old, new, 1))

    def files(self) -> Mapping[str, bytes]:
        """All that git knows or would, as it is now."""
        names = self.git("ls-files", "-co", "--exclude-standard", "-z").split("\0")
        paths = ((name, self.root / name) for name in names if name)
        return {name: path.read_bytes() for name, path in paths if path.is_file()}

    def goes_on(self, *, old: str, new: str, edits: tuple[Edit | Dependency, ...]) -> None:
        """The project gets a service and a field beside the edits, is taken back, and gets them again."""
        self.commit()
        self.command("add-service", *SHIPMENTS)
        self.commit()
        before = self.files()
        self.respecify(old, new)
        for _ in range(2):
            self.command("sync")
            self.command("check")
            self.holds(edits)
            after = self.files()
            self.command("undo")
            assert {**self.files(), "blueprint.yaml": b""} == {**before, "blueprint.yaml": b""}
        self.command("sync")
        assert self.files() == after
        self.commit()
        self.command("check")

    def holds(self, edits: tuple[Edit | Dependency, ...]) -> None:
        """Every edit is there, and nothing lies beside or is marked."""
        assert all(edit.is_kept(self.root) for edit in edits)
        assert not [path for pattern in LEFT_BEHIND for path in self.root.rglob(pattern)]
        assert not [name for name, content in self.files().items() if b"\n<<<<<<< " in content]

    def is_green(self) -> None:
        """The project's own checks pass, and it runs."""
        for check in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", "-q"]):
            self.workshop.run_in(self.root, *check)
        self.link_environment()
        self.command("run", "--smoke")

    def describe_routes(self) -> None:
        """Refresh the document of what the services answer."""
        self.link_environment()
        self.command("openapi")

    def link_environment(self) -> None:
        """The commands that run code of the project find all that it needs."""
        venv = self.root / ".blueprint/venv"
        if not venv.exists():
            venv.symlink_to(Path(self.workshop.python(self.root)).parents[1], target_is_directory=True)

    def leave(self) -> None:
        """Make room: CI has many of these."""
        shutil.rmtree(self.root)


TAKE_DIRECTORY = frozenset({"add-service", "keep", "restore", "take", "add-dependency"})
