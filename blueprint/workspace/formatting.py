"""Detect versions of a file that differ only in formatting."""

from __future__ import annotations

import json
import re

from blueprint.tree import RelPath

COMMENTED_DATA = (".yaml", ".yml", ".toml")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)


def equivalent(path: RelPath, one: bytes, other: bytes) -> bool:
    """Whether the two are equivalent, including comments."""
    if path.endswith(".py"):
        return _same_code(one, other)
    if path.endswith(COMMENTED_DATA):
        return _same_document(path, one, other)
    return path.endswith(".json") and _same_data(one, other)


def _same_code(one: bytes, other: bytes) -> bool:
    import ast
    import warnings

    try:
        with warnings.catch_warnings(action="ignore"):  # ignore Python's warnings
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


def _same_document(path: RelPath, one: bytes, other: bytes) -> bool:
    try:
        return _said(path, one.decode()) == _said(path, other.decode())
    except (ValueError, RecursionError):
        return False


def _said(path: RelPath, text: str) -> tuple[str, list[str]]:
    """The data with the order of keys, and the comments."""
    if path.endswith(".toml"):
        from blueprint.merging.toml_text import load_toml as load
    else:
        from blueprint.merging.yaml_text import load_yaml as load
    return repr(load(text)), [comment.strip() for comment in _COMMENT.findall(text)]


def _same_data(one: bytes, other: bytes) -> bool:
    try:
        return _in_order(one) == _in_order(other)
    except (ValueError, RecursionError):
        return False


def _in_order(text: bytes) -> object:
    """The value with the order of keys, which the user may have changed."""
    return json.loads(text, object_pairs_hook=list)
