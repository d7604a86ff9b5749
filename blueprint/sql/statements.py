"""Scripts of SQL as SQLite runs them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from blueprint.sql.tokens import code, tokens


def statements(script: str) -> Iterator[str]:
    """The whole statements of a script, triggers included; comments alone are none."""
    begun = 0
    for token in tokens(script):
        if token.text == ";" and sqlite3.complete_statement(script[begun : token.end]):
            yield from _without_leading_comments(script[begun : token.end])
            begun = token.end
    yield from _without_leading_comments(script[begun:])


def _without_leading_comments(text: str) -> Iterator[str]:
    found = code(text)
    if any(token.text != ";" for token in found):
        yield text[found[0].start :].strip()
