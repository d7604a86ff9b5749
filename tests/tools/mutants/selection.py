"""Which tests could notice a mutant: those that run its line, the nearest first."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from tests.tools.mutants.mutations import Mutant

_OWN, _WHOLE_PROJECTS, _ELSEWHERE = range(3)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a test did when it was watched."""

    test: str
    seconds: float
    starts: bool
    lines: dict[str, frozenset[int]] = field(repr=False)
    reads: frozenset[str] = field(default=frozenset(), repr=False)

    def runs(self, mutant: Mutant, changed: Collection[str] = ()) -> bool:
        """Whether it runs the place; of what an import runs, or what has changed, any line counts.

        A test may also read the module as a text.
        """
        if mutant.path in self.reads:
            return True
        lines = self.lines.get(mutant.path)
        if lines is None:
            return False
        if mutant.at_import or mutant.path in changed:
            return True
        return not lines.isdisjoint(range(mutant.line, mutant.last_line + 1))


def read_seen(file: Path) -> list[Seen]:
    """What was seen, from the file of `watching`."""
    tests: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8"))["tests"]
    return [
        Seen(
            name,
            test["seconds"],
            test["starts"],
            {path: frozenset(lines) for path, lines in test["lines"].items()},
            frozenset(test.get("reads", ())),
        )
        for name, test in tests.items()
    ]


def selected(mutant: Mutant, tests: list[Seen], seconds: float, changed: Collection[str] = ()) -> list[str]:
    """The tests that may notice: of each kind, nearest first, as many as take so long together.

    Of the tests of the mutant's own package, those that do not run the place come last: what is cached was
    only seen to run once.
    """
    found = (
        (
            _distance(mutant, test),
            not test.runs(mutant, changed),
            not _is_of(mutant, test),
            test.seconds,
            test.test,
        )
        for test in tests
    )
    wanted = sorted(each for each in found if each[0] == _OWN or not each[1])
    left = dict.fromkeys((_OWN, _WHOLE_PROJECTS, _ELSEWHERE), seconds)
    chosen: list[str] = []
    for distance, _, _, took, test in wanted:
        is_first = left[distance] == seconds
        left[distance] -= took
        if left[distance] >= 0 or is_first:
            chosen.append(test)
    return chosen


def starting(tests: list[Seen]) -> list[str]:
    """The tests that start processes: what those run is not seen."""
    return [test.test for test in tests if test.starts]


def starting_beside(mutant: Mutant, tests: list[Seen]) -> list[str]:
    """Those of them that are about the package of the mutant, the quickest first."""
    found = [test for test in tests if test.starts and _distance(mutant, test) == _OWN]
    return [test.test for test in sorted(found, key=lambda test: test.seconds)]


def _distance(mutant: Mutant, test: Seen) -> int:
    file = PurePosixPath(test.test.partition("::")[0])
    if PurePosixPath(mutant.path).parts[1] in file.parts:
        return _OWN
    return _WHOLE_PROJECTS if "generated" in file.parts else _ELSEWHERE


def _is_of(mutant: Mutant, test: Seen) -> bool:
    """Whether the test is about this very module."""
    return PurePosixPath(test.test.partition("::")[0]).stem == f"test_{PurePosixPath(mutant.path).stem}"
