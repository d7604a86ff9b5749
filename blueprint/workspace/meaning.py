"""Whether two versions of a file differ only in how they are written, as after a formatter."""

from __future__ import annotations

import json

from blueprint.tree import RelPath


def same_meaning(path: RelPath, one: bytes, other: bytes) -> bool:
    """Whether programs and readers take the two for the same. Comments count."""
    if path.endswith(".py"):
        return _same_code(one, other)
    return path.endswith(".json") and _same_data(one, other)


def _same_code(one: bytes, other: bytes) -> bool:
    import ast
    import warnings

    try:
        with warnings.catch_warnings(action="ignore"):  # what python would warn of is not asked here
            if ast.dump(ast.parse(one)) != ast.dump(ast.parse(other)):
                return False
        return _comments(one) == _comments(other)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _comments(code: bytes) -> list[str]:
    import io
    import tokenize

    tokens = tokenize.tokenize(io.BytesIO(code).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def _same_data(one: bytes, other: bytes) -> bool:
    try:
        return _in_order(one) == _in_order(other)
    except (ValueError, RecursionError):
        return False


def _in_order(text: bytes) -> object:
    """The value, in which the order of keys counts: it may be what the user changed."""
    return json.loads(text, object_pairs_hook=list)
