"""Three-way merge of sequences: lines of a text, or keys."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T", bound=Hashable)

_MOST_WORK = 16_000_000
"""Maximum number of compared pairs of lines: one or two seconds."""


class Clash(Struct, Generic[T], frozen=True):
    """Sequence[T] that both sides changed, each in its own way."""

    yours: Sequence[T]
    new: Sequence[T]


class TooLong(Exception):
    """The texts differ in too many lines to compare them in reasonable time."""


def merge3(base: Sequence[T], yours: Sequence[T], new: Sequence[T]) -> list[Sequence[T] | Clash[T]]:
    """The merged text in parts: merged lines, and clashes. Raises TooLong."""
    return [_settled(*chunk) for chunk in _chunks(base, yours, new)]


def _settled(base: Sequence[T], yours: Sequence[T], new: Sequence[T]) -> Sequence[T] | Clash[T]:
    if new in (base, yours):
        return yours
    return new if yours == base else Clash(yours, new)


def _chunks(
    base: Sequence[T], yours: Sequence[T], new: Sequence[T]
) -> Iterator[tuple[Sequence[T], Sequence[T], Sequence[T]]]:
    """The three texts, cut where all of them agree: alternately different and equal parts."""
    at_base = at_yours = at_new = 0
    for base_start, yours_start, new_start, size in _agreements(base, yours, new):
        yield base[at_base:base_start], yours[at_yours:yours_start], new[at_new:new_start]
        at_base, at_yours, at_new = base_start + size, yours_start + size, new_start + size
        same = base[base_start:at_base]
        yield same, same, same


def _agreements(
    base: Sequence[T], yours: Sequence[T], new: Sequence[T]
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines that all three texts share: start in each text, and length; finally the ends."""
    mine, theirs = _matches(base, yours), _matches(base, new)
    left = right = 0
    while left < len(mine) and right < len(theirs):
        (a, in_yours, size_a), (b, in_new, size_b) = mine[left], theirs[right]
        start, end = max(a, b), min(a + size_a, b + size_b)
        if start < end:
            yield start, in_yours + start - a, in_new + start - b, end - start
        if a + size_a < b + size_b:
            left += 1
        else:
            right += 1
    yield len(base), len(yours), len(new), 0


def _matches(base: Sequence[T], other: Sequence[T]) -> list[tuple[int, int, int]]:
    """Runs of equal lines as (start in base, start in other, length)."""
    from difflib import SequenceMatcher  # in most runs there is nothing to merge

    most = min(len(base), len(other))
    head = next((n for n in range(most) if base[n] != other[n]), most)
    tail = next((n for n in range(most - head) if base[-1 - n] != other[-1 - n]), most - head)
    middle, others = base[head : len(base) - tail], other[head : len(other) - tail]
    if len(middle) * len(others) > _MOST_WORK:
        raise TooLong
    blocks = SequenceMatcher(None, middle, others, autojunk=False).get_matching_blocks()[:-1]
    runs = [(0, 0, head), *((a + head, b + head, size) for a, b, size in blocks)]
    return [*runs, (len(base) - tail, len(other) - tail, tail)]
