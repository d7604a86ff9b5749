"""Merge Python by the names in a module, a class or a call."""

from __future__ import annotations

import io
import tokenize
import warnings
from collections import Counter
from contextlib import suppress

from blueprint.merging.python_names import repeated, too_early, unbound
from blueprint.merging.python_spans import python_block
from blueprint.merging.spans import MergeConflict, merge_blocks

_SAID = (tokenize.NAME, tokenize.STRING, tokenize.NUMBER, tokenize.COMMENT)
_NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError)


class Python:
    """A module."""

    def merge(self, sides: tuple[str, str, str]) -> str:
        """Both changes. Raises MergeConflict."""
        with warnings.catch_warnings(action="ignore"):  # ignore Python's warnings
            try:
                return _merged(*sides)
            except _NOT_PYTHON as error:
                raise MergeConflict("it cannot be parsed as Python") from error

    def is_sound(self, merged: str, sides: tuple[str, str, str]) -> bool:
        """Whether all names are defined once and in time; true if yours is not valid Python."""
        _, yours, new = sides
        with warnings.catch_warnings(action="ignore"):
            return not _is_python(yours) or _is_right(merged, yours, new)


def _is_python(code: str) -> bool:
    with suppress(*_NOT_PYTHON):
        unbound(code)
        return True
    return False


def _is_right(merged: str, yours: str, new: str) -> bool:
    with suppress(*_NOT_PYTHON, MergeConflict):
        _check(merged, yours, new)
        return True
    return False


def _merged(base: str, yours: str, new: str) -> str:
    blocks = python_block(base), python_block(yours), python_block(new)
    merged = merge_blocks(*blocks)
    missing = unbound(merged) - unbound(yours) - unbound(new)
    if missing:  # imports that one side no longer needs
        merged = merge_blocks(*blocks, needed=missing)
    _check(merged, yours, new)
    _refuse_loss(merged, base, yours, new)
    return merged


def _check(merged: str, yours: str, new: str) -> None:
    compile(merged, "module", "exec", dont_inherit=True)
    if missing := unbound(merged) - unbound(yours) - unbound(new):
        raise MergeConflict("one side removed what the other uses", (min(missing),))
    if twice := repeated(merged) - repeated(yours) - repeated(new):
        names = sorted(name for _, name in twice if name.isidentifier())
        raise MergeConflict("both sides added the same name", tuple(names[:1]))
    if early := too_early(merged) - too_early(yours) - too_early(new):
        raise MergeConflict("a name would be used before it is defined", (min(early),))


def _refuse_loss(merged: str, *sides: str) -> None:
    """Raise MergeConflict if tokens of one side are lost, or foreign ones appear."""
    base, yours, new = map(_words, sides)
    words = _words(merged)
    if words - (yours + new) or any((side - base) - words for side in (yours, new)):
        raise MergeConflict("it cannot be merged without loss")


def _words(code: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return Counter(token.string for token in tokens if token.type in _SAID)
