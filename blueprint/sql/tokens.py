"""A tokenizer for the SQL of SQLite and PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_TOKEN = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<quoted> [eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*`
                | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
    | (?P<word> [\w$]+ )
    | [<>=!|]+
    | \S
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(Struct, frozen=True):
    """A token between two offsets. `kind` is comment, quoted, word or sign."""

    text: str
    start: int
    end: int
    kind: str

    @property
    def name(self) -> str:
        """The token as an identifier: without quotes, in lower case."""
        text = self.text
        return (text[1:-1].replace(text[0] * 2, text[0]) if text[0] in "\"'`" else text).lower()

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords."""
        return self.kind == "word" and self.text.lower() in words


def tokens(sql: str) -> Iterator[Token]:
    """All tokens, including comments."""
    for match in _TOKEN.finditer(sql):
        yield Token(match[0], match.start(), match.end(), match.lastgroup or "sign")


def code(sql: str) -> list[Token]:
    """The tokens without comments."""
    return [token for token in tokens(sql) if token.kind != "comment"]
