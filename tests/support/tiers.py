"""Which tests a run consists of.

| command | tests |
| --- | --- |
| `pytest` | all fast tests, and a sample of the slow ones: one test of each file |
| `pytest --rest` | the slow tests that are not in the sample |
| `pytest --all` | everything, also the tests marked `exhaustive` |

Paths, `-k`, `-m` and `--lf` choose from all tests that are not exhaustive, not only from the sample.

Of a test marked `in_turns(n)`, every n-th set of parameters runs, and the others are exhaustive. Each test of
a module begins at another set, so that each pattern, database or broker has its turn with some tests.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from enum import Enum, auto
from itertools import groupby

import pytest

_TESTS = pytest.StashKey[int]()
"""Of a module: how many of its tests run in turns, as far as they are collected."""


class Tier(Enum):
    """What the command line asks for."""

    SAMPLE = auto()
    REST = auto()
    USUAL = auto()
    """The sample and the rest."""
    ALL = auto()


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("tiers", "which tests run (default: fast ones and a sample of the slow ones)")
    group.addoption("--rest", action="store_true", help="run the slow tests that the sample leaves out")
    group.addoption("--all", action="store_true", help="run all tests, also the exhaustive ones")


def tier_of(config: pytest.Config) -> Tier:
    """Raises UsageError if the options exclude each other."""
    rest, everything = config.getoption("--rest"), config.getoption("--all")
    if rest and everything:
        raise pytest.UsageError("--rest and --all exclude each other: --all includes the rest")
    if rest or everything:
        return Tier.REST if rest else Tier.ALL
    narrowed = any(config.getoption(name, False) for name in ("keyword", "markexpr", "lf"))
    from_paths = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    return Tier.USUAL if narrowed or from_paths else Tier.SAMPLE


def mark_out_of_turn(module: pytest.Collector, cases: Sequence[pytest.Item]) -> None:
    """Mark the cases of the next test of the module that have no turn as exhaustive."""
    for number, item in enumerate(cases, begin := module.stash.get(_TESTS, 0)):
        if turns := item.get_closest_marker("in_turns"):
            [every] = turns.args
            module.stash[_TESTS] = begin + 1
            if number % every:
                item.add_marker(pytest.mark.exhaustive)


def in_tier(items: Sequence[pytest.Item], tier: Tier) -> list[pytest.Item]:
    """The tests of the tier, in their order."""
    if tier is Tier.ALL:
        return [*items]
    usual = [item for item in items if not item.get_closest_marker("exhaustive")]
    if tier is Tier.USUAL:
        return usual
    sample = sample_of(usual)
    return [item for item in usual if (item in sample) is (tier is Tier.SAMPLE)]


def sample_of(items: Sequence[pytest.Item]) -> set[pytest.Item]:
    """All fast tests, and of each file the first slow test that is not long, with one set of parameters.

    The name of the test alone decides which set, so that the patterns take turns over the files.
    Cases that need no other program are preferred: they run everywhere.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    short = [item for item in slow if not item.get_closest_marker("long")]
    return {*items} - {*slow} | {_one_of([*each]) for _, each in groupby(short, lambda item: item.path)}


def _one_of(items: Sequence[pytest.Item]) -> pytest.Item:
    candidates = [item for item in items if not item.get_closest_marker("needs")] or items
    name = _function(candidates[0])
    cases = [item for item in candidates if _function(item) == name]
    return cases[zlib.crc32(name.encode()) % len(cases)]


def _function(item: pytest.Item) -> str:
    """Its file and name, without its parameters."""
    return item.nodeid.partition("[")[0]
