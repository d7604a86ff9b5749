"""Resolve git's conflict markers in generated files.

If both sides changed a file only through the tool, it is regenerated. Edits survive if they can be merged
with
the new version: it is merged into each side separately, and both results have to be equal, or, for formats
with structure, mergeable.
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
    """The file without markers; None if the user has to resolve it.

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
    """The merge of both sides' edits, for formats that are merged by structure.

    Edits may only add to the new version: a removal could also result from a wrong guess of a side's render.
    """
    both = _clean(path, plain(new), mine, others) if format_of(path) else None
    return both if both is not None and _entries(new) <= _entries(both) else None


def _clean(path: RelPath, base: bytes, yours: bytes, new: bytes) -> bytes | None:
    """The merge; None if the user has to resolve it."""
    with suppress(MergeConflict):
        merged = merge(path, base, yours, new)
        return None if merged.clashes else merged.content
    return None


def _is_of_the_tool(
    path: RelPath, yours: bytes, theirs: bytes, renders: Collection[bytes], new: bytes
) -> bool:
    """Whether the conflict is between two renders without edits."""
    there, wanted = _lines(yours) | _lines(theirs), _lines(new)
    return any(
        _may_have_met(there, _lines(one) | _lines(other), wanted)
        and _is_between(path, yours, one, other)
        and _is_between(path, theirs, other, one)
        for one, other in permutations(set(renders), 2)
    )


def _may_have_met(there: frozenset[bytes], written: frozenset[bytes], wanted: frozenset[bytes]) -> bool:
    """Whether all lines are generated, and no removed line would reappear."""
    return there <= written and not (written - there) & wanted


def _is_between(path: RelPath, side: bytes, own: bytes, other: bytes) -> bool:
    """Whether all additional lines of a side come from the other render, as in a git merge."""
    return _clean(path, own, side, other) == other


def _nearest(side: bytes, renders: Collection[bytes]) -> bytes:
    """The render with the most lines in common with this side."""
    return min(renders, key=lambda render: len(_entries(side) ^ _entries(render)))


def _entries(text: bytes) -> frozenset[bytes]:
    """The lines without trailing commas and indentation, which depend on their neighbours."""
    return frozenset(line.strip().rstrip(b",") for line in plain(text).splitlines())


def _lines(text: bytes) -> frozenset[bytes]:
    return frozenset(plain(text).splitlines())
