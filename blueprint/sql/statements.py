"""Split SQL scripts for SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from blueprint.sql.tokens import code, tokens


def statements(script: str) -> Iterator[str]:
    """The complete statements of a script, including triggers, without standalone comments."""
    begun = 0
    for token in tokens(script):
        if token.text == ";" and sqlite3.complete_statement(script[begun : token.end]):
            yield from _without_leading_comments(script[begun : token.end])
            begun = token.end
    yield from _without_leading_comments(script[begun:])


def _without_leading_comments(text: str) -> Iterator[str]:
    remaining = code(text)
    if any(token.text != ";" for token in remaining):
        yield text[remaining[0].start :].strip()
