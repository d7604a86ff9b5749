"""Collect problems, to report all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from blueprint.errors import Problem
from blueprint.spec.location import Location

_T = TypeVar("_T")
_LONGEST_COMPARED = 64
_SHORTEST_BEGUN = 3


class Findings:
    """The problems found so far."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.problems = list(problems)

    def add(self, at: Location, code: str, message: str, hint: str | None = None) -> None:
        """Add a problem at this location."""
        self.problems.append(at.problem(code, message, hint))

    def keep(self, result: _T | Problem) -> _T | None:
        """Return the value, or add the problem and return None."""
        if isinstance(result, Problem):
            self.problems.append(result)
            return None
        return result


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems in file order, without duplicates."""
    once = dict.fromkeys(problems)
    return tuple(sorted(once, key=lambda problem: (problem.line or 0, problem.column or 0)))


def closest(word: str, options: Iterable[str]) -> str | None:
    """Return the most similar option."""
    if len(word) > _LONGEST_COMPARED:
        return None
    from difflib import get_close_matches

    known = list(options)
    begun = [option for option in known if option.startswith(word)] if len(word) >= _SHORTEST_BEGUN else []
    return begun[0] if len(begun) == 1 else next(iter(get_close_matches(word, known, n=1)), None)


def did_you_mean(word: str, options: Iterable[str], otherwise: str | None = None) -> str:
    """A hint with the closest option, or `otherwise`, or all options."""
    known = list(options)
    if (near := closest(word, known)) is not None:
        return f'did you mean "{near}"?'
    if otherwise is None and known:
        return f"known here: {', '.join(known[:12])}" + (", ..." if len(known) > 12 else "")
    return otherwise or "remove it"
