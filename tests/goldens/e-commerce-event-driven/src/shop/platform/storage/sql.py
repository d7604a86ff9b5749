"""SQL text: tokens, statements, and the digest of a migration."""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
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
TYPE = re.compile(r"--\s*type\s+(\w+)\s*:\s*(.*?)\s*")
ENDS_TRANSACTION = ("begin", "start", "commit", "rollback", "abort")
LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Token:
    """A token between two offsets. `kind` is comment, quoted, word or sign."""

    text: str
    start: int
    end: int
    kind: str

    @property
    def name(self) -> str:
        """The identifier, unquoted and in lower case."""
        text = self.text
        return (text[1:-1].replace(text[0] * 2, text[0]) if text[0] in "\"'`" else text).lower()

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words


def tokens(sql: str) -> Iterator[Token]:
    for match in TOKEN.finditer(sql):
        yield Token(match[0], match.start(), match.end(), match.lastgroup or "sign")


def code(sql: str) -> list[Token]:
    """Return the tokens without comments."""
    return [token for token in tokens(sql) if token.kind != "comment"]


def statements(script: str) -> Iterator[str]:
    """Yield the complete statements of a script as SQLite parses them, including triggers."""
    begun = 0
    for token in tokens(script):
        if token.text == ";" and sqlite3.complete_statement(script[begun : token.end]):
            yield from _without_leading_comments(script[begun : token.end])
            begun = token.end
    yield from _without_leading_comments(script[begun:])


def transaction_control(script: str) -> str | None:
    """Return the first keyword of the script that would begin or end a transaction."""
    begins = True
    for token in code(script):
        if begins and token.is_word(*ENDS_TRANSACTION):
            return token.text
        begins = token.text == ";"
    return None


def digest(sql: str) -> str:
    """Return the SHA-256 of the tokens. It ignores white space, comments and the case of keywords.

    Comments with the type of a column count: `-- type price: money >= 0`. Digests are stored in files and databases, so
    this function must not change.
    """
    words = (_normalized(token) for token in tokens(sql.replace("\r\n", "\n")))
    return hashlib.sha256(" ".join(filter(None, words)).encode()).hexdigest()


def _normalized(token: Token) -> str:
    if token.kind == "comment":
        match = TYPE.fullmatch(token.text)
        return f"--type {match[1]}: {' '.join(match[2].split())}" if match else ""
    return token.text if token.kind == "quoted" else token.text.translate(LOWER)


def _without_leading_comments(text: str) -> Iterator[str]:
    remaining = code(text)
    if any(token.text != ";" for token in remaining):
        yield text[remaining[0].start :].strip()
