"""A few cases in which everything meets that can meet in all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import combinations
from typing import TypeVar

Case = TypeVar("Case", bound=tuple[Hashable, ...])
Goals = set[tuple[tuple[int, Hashable], ...]]


def pairs(case: tuple[Hashable, ...]) -> Goals:
    """Any two of its values, each with its place."""
    return {*combinations(enumerate(case), 2)}


def pairs_with_the_first(case: tuple[Hashable, ...]) -> Goals:
    """Its first value with each of the others."""
    return {pair for pair in pairs(case) if pair[0][0] == 0}


def covering(cases: Sequence[Case], goals: Callable[[Case], Goals]) -> list[Case]:
    """Cases that have all goals together that any case has; each is the first of those that add most."""
    missing = set[tuple[tuple[int, Hashable], ...]]().union(*map(goals, cases))
    chosen: list[Case] = []
    while missing:
        chosen.append(max(cases, key=lambda case: len(goals(case) & missing)))
        missing -= goals(chosen[-1])
    return chosen
