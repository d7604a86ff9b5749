"""Changes a project again and again, each time struck by a fault one operation later.

Runs as a process of its own, since it forks:
`python -m tests.reliability.update_crash RUN STRIKE FOLDER STRIDE [lasting]` prints a JSON list of outcomes.
RUN is what is struck, at every STRIDE-th operation: `sync`, `undo`, `recovery`, a sync after one that was
killed half way, `shop`, the sync of a whole shop that gains a service, or `restore`, of two files that are
links.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from blueprint.catalog.load import load_catalog
from blueprint.cli.drafting import Options, draft
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.compare import Wanted
from blueprint.workspace.fates import restore
from blueprint.workspace.lock import SPEC
from blueprint.workspace.project import open_project
from blueprint.workspace.transaction import commit
from tests.reliability.crash import said
from tests.reliability.faults import STRIKES, Counter, exit_at_once, install, skip_waiting_for_the_disk
from tests.unit.workspace.sample import adopt, begin, bring, compared, snapshot, undo

MOST = 2000
LOCAL = "local"
LINKS = {"src/a.py": "../README.md", "bin/start": "../src"}


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


def shop_trees() -> tuple[Tree, Tree]:
    """The event-driven shop, and the same with one more service."""
    catalog = load_catalog()
    drafted = draft(Options("shop", "event-driven", "fastapi", "e-commerce"), catalog)
    old = render(drafted.plan)
    text = old[SPEC].content.decode()
    more = text.replace("workflows:", "  reviews:\n    resource: {text: str}\n\nworkflows:")
    return old, render(make_plan(load_spec(more, SPEC), catalog, more))


class Trials:
    """Copies of one project, and how it looks before and after the run that is struck."""

    def __init__(self, run: str, folder: Path) -> None:
        self.folder = folder
        self.kind = run
        old, self.wanted = shop_trees() if run == "shop" else (OLD, NEW)
        self.old = begin(folder / "old", old)
        (self.old / "README.md").write_text((self.old / "README.md").read_text().replace("5", "mine"))
        if run == "restore":
            for path, target in LINKS.items():
                (self.old / path).unlink()
                (self.old / path).symlink_to(target)
        self.new = self.copied("new", self.old)
        self.run(self.new, sync=run == "undo")
        models = {"undo": lambda: self.new, "recovery": self._half_done}
        self.model = models.get(run, lambda: self.old)()

    def copied(self, name: str, model: Path) -> Path:
        copy = Path(shutil.copytree(model, self.folder / name, symlinks=True))
        adopt(copy)
        return copy

    def _half_done(self) -> Path:
        """A project whose run was killed when some files were changed and others not."""
        number = 0
        while True:
            number += 1
            project = self.copied(f"half{number}", self.old)
            in_a_child(lambda project=project: bring(project, NEW), project, Counter(exit_at_once, number))
            if (project / "src/b").exists() and (project / "src/a.py").read_text() == "a = 2\n":
                return project

    def run(self, project: Path, *, sync: bool = False) -> None:
        if self.kind == "undo" and not sync:
            undo(project)
        elif self.kind == "restore":
            restored(project)
        else:
            bring(project, self.wanted)

    def state(self, project: Path) -> str:
        looks = {"old": looks_of(self.old), "new": looks_of(self.new)}
        names = [name for name, looks_so in looks.items() if looks_so == looks_of(project)]
        return names[0] if names else "between"


def restored(project: Path) -> None:
    with open_project(project, "1.2.3") as opened:
        changes = restore(opened.saved, Wanted(OLD, "1.2.3"), [RelPath(path) for path in LINKS], force=False)
        commit(project, changes.steps, "restore")


def looks_of(project: Path) -> dict[str, object]:
    links = {path.relative_to(project): path.readlink() for path in project.rglob("*") if path.is_symlink()}
    return {**snapshot(project, without=(LOCAL,)), "links": links}


def outcomes(kind: str, strike: str, folder: Path, stride: int, *, lasting: bool) -> list[Outcome]:
    trials = Trials(kind, folder)
    found: list[Outcome] = []
    for number in range(1, MOST, stride):
        project = trials.copied(f"{number}", trials.model)
        counter = Counter(STRIKES[strike], number, lasting=lasting)
        words, struck = in_a_child(lambda project=project: trials.run(project), project, counter)
        if not struck:
            return found
        left = trials.state(project)
        compared(project, trials.wanted)
        looked = trials.state(project)
        if kind == "undo" and looked == "new":
            undo(project)
        elif kind != "undo":
            trials.run(project)
        found.append(Outcome(number, words, left, looked, trials.state(project)))
        shutil.rmtree(project)
    raise AssertionError("the faults never stop")


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
    kind, strike, folder, stride, *flags = sys.argv[1:]
    skip_waiting_for_the_disk()
    found = outcomes(kind, strike, Path(folder), int(stride), lasting="lasting" in flags)
    json.dump([asdict(outcome) for outcome in found], sys.stdout)
