"""Creates a project again and again, each time struck by a fault one operation later.

Runs as a process of its own, since it forks:
`python -m tests.reliability.crash KIND STRIKE FOLDER [lasting] [git]` prints a JSON list of outcomes.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from blueprint.errors import BlueprintError, Interrupted
from blueprint.tree import FileBlob, RelPath, Tree
from tests.reliability.faults import STRIKES, Counter, install, skip_waiting_for_the_disk
from tests.unit.workspace.sample import create, snapshot

STAGE = ".blueprint-stage"
MOST = 1000
SMALL = Tree(
    {RelPath("README.md"): FileBlob(b"# Shop"), RelPath("src/run.py"): FileBlob(b"", executable=True)}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a struck run said, what it left, and what a second, undisturbed run made of that.

    Said is `created`, the code of an error, `undone` or `finished` for an interruption that tells,
    `interrupted` for one that does not, or `killed`. The folder is as `before`, `complete`, or in `between`.
    """

    operation: int
    said: str
    folder: str
    stages: int
    said_then: str
    folder_then: str
    stages_then: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One folder in which one run is struck. `kind` tells how the destination looks before."""

    kind: str
    home: Path

    @property
    def shop(self) -> Path:
        return self.home / ("a/b/shop" if self.kind == "missing-parents" else "shop")

    def prepare(self) -> None:
        self.home.mkdir()
        if self.kind in ("empty", "repository"):
            self.shop.mkdir()
        if self.kind == "repository":
            (self.shop / ".git").mkdir()
            (self.shop / ".git" / "HEAD").write_text("ref: refs/heads/mine\n")

    def look(self) -> dict[str, tuple[int, bytes | None]]:
        # A repository that the run makes holds times, one that was there before must not change.
        return snapshot(self.home, without=(STAGE,) if self.kind == "repository" else (STAGE, ".git"))

    def stages(self) -> int:
        return sum(1 for entry in self.home.rglob("*") if entry.name.endswith(STAGE))


def outcomes(kind: str, strike: str, folder: Path, *, lasting: bool, git: bool) -> list[Outcome]:
    model = Trial(kind, folder / "model")
    model.prepare()
    create(model.shop, git, SMALL)
    found: list[Outcome] = []
    while True:
        number = len(found) + 1
        trial = Trial(kind, folder / f"{number}")
        trial.prepare()
        states = {repr(model.look()): "complete", repr(trial.look()): "before"}

        def state(trial: Trial = trial, states: dict[str, str] = states) -> str:
            return states.get(repr(trial.look()), "between")

        counter = Counter(STRIKES[strike], number, lasting=lasting)
        words, struck = _in_a_child(trial, counter, git)
        if not struck:
            return found
        left, stages = state(), trial.stages()
        words_then, _ = _in_a_child(trial, None, git)
        found.append(Outcome(number, words, left, stages, words_then, state(), trial.stages()))
        assert number < MOST, "the faults never stop"


def _in_a_child(trial: Trial, counter: Counter | None, git: bool) -> tuple[str, bool]:
    """What the run says, and whether the fault struck."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        if counter:
            install(counter, str(trial.home))
        words = said(lambda: create(trial.shop, git, SMALL))
        struck = counter is not None and counter.stop()
        os.write(theirs, json.dumps((words, struck)).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    words, struck = json.loads(text) if text else ("killed", True)
    return words, struck


def said(run: Callable[[], object]) -> str:
    try:
        run()
    except Interrupted as interruption:
        return "finished" if interruption.finished else "undone"
    except KeyboardInterrupt:
        return "interrupted"
    except BlueprintError as error:
        return error.problems[0].code
    except Exception as error:  # anything else that comes out is a fault of ours, to be seen in the outcome
        return f"crashed: {error!r}"
    return "created"


if __name__ == "__main__":
    kind, strike, folder, *flags = sys.argv[1:]
    skip_waiting_for_the_disk()
    found = outcomes(kind, strike, Path(folder), lasting="lasting" in flags, git="git" in flags)
    json.dump([asdict(outcome) for outcome in found], sys.stdout)
