"""What two branches left in a file when they met: conflict markers around what both sides have.

Where both have changed it through the tool alone, all of it can be derived anew. Where there are edits,
too, they survive if they fit the new version: it is merged into each side on its own, and both have to come
to the same, or, in what is merged by structure, to what can be merged once more.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from itertools import permutations

from blueprint.merging.formats import format_of
from blueprint.merging.spans import MergeConflict
from blueprint.tree import RelPath
from blueprint.workspace.line_ends import form_of, plain
from blueprint.workspace.markers import is_ours, sides
from blueprint.workspace.merge import merge


def settled(path: RelPath, content: bytes, renders: Collection[bytes], new: bytes) -> bytes | None:
    """The file without markers; None where somebody has to settle it.

    `renders` is what the tool may have written on either branch. Markers of this tool always stand for an
    edit.
    """
    yours, theirs = sides(plain(content))
    if is_ours(plain(content)) or not renders:
        return None
    if _is_of_the_tool(path, yours, theirs, renders, new):
        return form_of(content).applied_to(plain(new))
    mine, others = (_clean(path, _nearest(side, renders), side, new) for side in (yours, theirs))
    if mine is None or others is None:
        return None
    both = mine if mine == others else _of_both(path, mine, others, new)
    return None if both is None else form_of(content).applied_to(both)


def _of_both(path: RelPath, mine: bytes, others: bytes, new: bytes) -> bytes | None:
    """Edits of both sides, where they are told apart by what they are in, and not by their lines alone.

    They may add to the new version. What takes something out of it may as well come from a wrong guess, of
    which render a side was made.
    """
    both = _clean(path, plain(new), mine, others) if format_of(path) else None
    return both if both is not None and _entries(new) <= _entries(both) else None


def _clean(path: RelPath, base: bytes, yours: bytes, new: bytes) -> bytes | None:
    """The merge; None where somebody has to settle it."""
    with suppress(MergeConflict):
        merged = merge(path, base, yours, new)
        return None if merged.clashes else merged.content
    return None


def _is_of_the_tool(
    path: RelPath, yours: bytes, theirs: bytes, renders: Collection[bytes], new: bytes
) -> bool:
    """Whether two renders met, and nothing else did."""
    there, wanted = _lines(yours) | _lines(theirs), _lines(new)
    return any(
        _may_have_met(there, _lines(one) | _lines(other), wanted)
        and _is_between(path, yours, one, other)
        and _is_between(path, theirs, other, one)
        for one, other in permutations(set(renders), 2)
    )


def _may_have_met(there: frozenset[bytes], written: frozenset[bytes], wanted: frozenset[bytes]) -> bool:
    """No line is anybody else's, and none was taken out that would come back now."""
    return there <= written and not (written - there) & wanted


def _is_between(path: RelPath, side: bytes, own: bytes, other: bytes) -> bool:
    """Whether all that a side has beside its own render comes from the other one, as git brings it over."""
    return _clean(path, own, side, other) == other


def _nearest(side: bytes, renders: Collection[bytes]) -> bytes:
    """The render that has the most lines in common with this side."""
    return min(renders, key=lambda render: len(_entries(side) ^ _entries(render)))


def _entries(text: bytes) -> frozenset[bytes]:
    """The lines without what depends on their neighbours: a comma, an indentation."""
    return frozenset(line.strip().rstrip(b",") for line in plain(text).splitlines())


def _lines(text: bytes) -> frozenset[bytes]:
    return frozenset(plain(text).splitlines())
