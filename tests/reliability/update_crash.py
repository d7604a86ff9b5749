"""Changes a project again and again, each time struck by a fault one operation later.

Runs as a process of its own, since it forks:
`python -m tests.reliability.update_crash RUN STRIKE FOLDER [lasting]` prints a JSON list of outcomes. RUN is
what is struck: `sync`, `undo`, or `recovery`, a sync after one that was killed half way.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from blueprint.tree import FileBlob, RelPath, Tree
from tests.reliability.crash import said
from tests.reliability.faults import STRIKES, Counter, exit_at_once, install, skip_waiting_for_the_disk
from tests.unit.workspace.sample import begin, bring, compared, snapshot, undo

MOST = 2000
LOCAL = "local"


def _tree(**files: FileBlob | bytes) -> Tree:
    blobs = {name: blob if isinstance(blob, FileBlob) else FileBlob(blob) for name, blob in files.items()}
    return Tree({RelPath(name): blob for name, blob in blobs.items()})


OLD = _tree(
    **{
        "blueprint.yaml": FileBlob(b"services: {a: {}}\n", seeded=True),
        "README.md": b"1\n2\n3\n4\n5\n",
        "src/a.py": b"a = 1\n",
        "src/gone/old.py": b"old = 1\n",
        "bin/start": b"#!/bin/sh\n",
    }
)
NEW = _tree(
    **{
        "blueprint.yaml": FileBlob(b"services: {a: {}, b: {}}\n", seeded=True),
        "README.md": b"one\n2\n3\n4\n5\n",
        "src/a.py": b"a = 2\n",
        "src/b/deep/b.py": b"b = 1\n",
        "src/b/actions.py": FileBlob(b"# yours\n", seeded=True),
        "bin/start": FileBlob(b"#!/bin/sh\n", executable=True),
    }
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a struck run said, how the folder was then, after a look at it, and after the run was done again.

    A folder is as the `old` project, as the `new` one, or in `between`.
    """

    operation: int
    said: str
    left: str
    looked: str
    again: str


class Trials:
    """Copies of one project, and how it looks before and after the run that is struck."""

    def __init__(self, run: str, folder: Path) -> None:
        self.folder = folder
        self.kind = run
        self.old = begin(folder / "old", OLD)
        (self.old / "README.md").write_text("1\n2\n3\n4\nmine\n")
        self.new = self.copied("new", self.old)
        bring(self.new, NEW)
        self.model = self.old if run == "sync" else self.new if run == "undo" else self._half_done()

    def copied(self, name: str, model: Path) -> Path:
        return Path(shutil.copytree(model, self.folder / name))

    def _half_done(self) -> Path:
        """A project whose run was killed when some files were changed and others not."""
        number = 0
        while True:
            number += 1
            project = self.copied(f"half{number}", self.old)
            in_a_child(lambda project=project: bring(project, NEW), project, Counter(exit_at_once, number))
            if (project / "src/b").exists() and (project / "src/a.py").read_text() == "a = 2\n":
                return project

    def run(self, project: Path) -> None:
        if self.kind == "undo":
            undo(project)
        else:
            bring(project, NEW)

    def state(self, project: Path) -> str:
        looks = {"old": looks_of(self.old), "new": looks_of(self.new)}
        names = [name for name, looks_so in looks.items() if looks_so == looks_of(project)]
        return names[0] if names else "between"


def looks_of(project: Path) -> dict[str, tuple[int, bytes | None]]:
    return snapshot(project, without=(LOCAL,))


def outcomes(kind: str, strike: str, folder: Path, *, lasting: bool) -> list[Outcome]:
    trials = Trials(kind, folder)
    found: list[Outcome] = []
    while True:
        number = len(found) + 1
        project = trials.copied(f"{number}", trials.model)
        counter = Counter(STRIKES[strike], number, lasting=lasting)
        words, struck = in_a_child(lambda project=project: trials.run(project), project, counter)
        if not struck:
            return found
        left = trials.state(project)
        compared(project, NEW)
        looked = trials.state(project)
        if kind == "undo" and looked == "new":
            undo(project)
        elif kind != "undo":
            bring(project, NEW)
        found.append(Outcome(number, words, left, looked, trials.state(project)))
        shutil.rmtree(project)
        assert number < MOST, "the faults never stop"


def in_a_child(run: Callable[[], object], project: Path, counter: Counter) -> tuple[str, bool]:
    """What the run says, and whether the fault struck."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        install(counter, str(project))
        words = said(run)
        os.write(theirs, json.dumps((words, counter.stop())).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    words, struck = json.loads(text) if text else ("killed", True)
    return words, struck


if __name__ == "__main__":
    kind, strike, folder, *flags = sys.argv[1:]
    skip_waiting_for_the_disk()
    found = outcomes(kind, strike, Path(folder), lasting="lasting" in flags)
    json.dump([asdict(outcome) for outcome in found], sys.stdout)
