"""Counts lines of code: neither blank, nor a comment, nor a docstring."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def code_lines(path: str, text: str) -> int:
    """How many lines of the file are code; 0 for a file in any other language."""
    if path.endswith(".py"):
        return len({*_with_tokens(text)} - {*_of_docstrings(text)})
    if path.endswith(".sql"):
        lines = (line.strip() for line in text.splitlines())
        return sum(bool(line) and not line.startswith("--") for line in lines)
    return 0


def _with_tokens(text: str) -> Iterator[int]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            yield from range(token.start[0], token.end[0] + 1)


def _of_docstrings(text: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)
