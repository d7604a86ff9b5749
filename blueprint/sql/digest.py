"""The digest of a migration: equal for texts that say the same, whatever their white space and comments.

It is frozen: names of files and records in databases hold it. Each stack has this function, and all of them
pass `tests/conformance/migration_digests.json`.
"""

from __future__ import annotations

import hashlib
import re

from blueprint.sql.tokens import Token, tokens

SHORT = 8
"""The number of hex digits in a file name."""

_TYPE = re.compile(r"--\s*type\s+(\w+)\s*:\s*(.*?)\s*")


def digest(sql: str) -> str:
    """SHA-256, in hex, of the tokens joined by one blank, A to Z outside of quotes in lower case.

    Comments do not count, but for those that tell the type of a column: `-- type price: money >= 0`.
    """
    words = (_counted(token) for token in tokens(sql.replace("\r\n", "\n")))
    return hashlib.sha256(" ".join(filter(None, words)).encode()).hexdigest()


def told_types(sql: str) -> list[tuple[str, str]]:
    """Column types declared in comments, such as `("price", "money >= 0")`."""
    matches = (_TYPE.fullmatch(token.text) for token in tokens(sql) if token.kind == "comment")
    return [(each[1], each[2]) for each in matches if each]


def _counted(token: Token) -> str:
    if token.kind == "comment":
        match = _TYPE.fullmatch(token.text)
        return f"--type {match[1]}: {' '.join(match[2].split())}" if match else ""
    return token.text if token.kind == "quoted" else _lowered(token.text)


def _lowered(text: str) -> str:
    """Lower-case only A to Z, because other letters depend on the implementation."""
    return text.translate(_LOWER)


_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
