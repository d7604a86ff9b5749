"""Parses the constraints of a CREATE TABLE statement, and removes one from its text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shop.platform.storage.sql import Token, code

LABELS = {"not null": "not_null", "check": "check", "unique": "key"}
TABLE_RULES = ("constraint", "primary", "unique", "check", "foreign")


@dataclass(frozen=True, slots=True)
class Rule:
    """A NOT NULL, CHECK or UNIQUE constraint between two offsets.

    `name` is `written` in the statement, or the default name that PostgreSQL gives to a column constraint.
    """

    kind: str
    name: str
    written: bool
    column: str | None
    start: int
    end: int


def rules(sql: str) -> list[Rule]:
    """Return the constraints that can be dropped."""
    return [rule for part in _parts(sql) for rule in _rules(table_name(sql).name, part)] if sql else []


def table_name(sql: str) -> Token:
    tokens = code(sql)
    return tokens[_opening(tokens) - 1]


def without(sql: str, rule: Rule) -> str:
    start, end = rule.start, rule.end
    if rule.column is None:  # a table constraint between two commas
        before = [token for token in code(sql) if token.end <= start][-1]
        after = next(token for token in code(sql) if token.start >= end)
        if before.text == "," and after.text in ",)":
            start = before.start
    rest = sql[end:].lstrip(" \t")
    joint = "" if rest[:1] in ("", ",", ")", "\n") else " "
    return sql[:start].rstrip(" \t") + joint + rest


def _parts(sql: str) -> list[list[Token]]:
    """Split the definition into columns and table constraints."""
    parts: list[list[Token]] = [[]]
    depth = 0
    tokens = code(sql)
    for token in tokens[_opening(tokens) :]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            break
        if depth == 1 and token.text == ",":
            parts.append([])
        elif not (depth == 1 and token.text == "(" and parts == [[]]):
            parts[-1].append(token)
    return [part for part in parts if part]


def _opening(tokens: Sequence[Token]) -> int:
    return next(index for index, token in enumerate(tokens) if token.text == "(")


def _rules(table: str, part: Sequence[Token]) -> Iterator[Rule]:
    column = None if part[0].is_word(*TABLE_RULES) else part[0].name
    shallow = _shallow(part)
    for index, token in enumerate(shallow[:-1]):
        behind = shallow[index + 1]
        if token.is_word("not") and behind.is_word("null"):
            yield _rule("not null", table, column, shallow, index, behind)
        elif token.is_word("check"):
            yield _rule("check", table, column, shallow, index, behind)
    for index, token in enumerate(shallow):
        if token.is_word("unique") and column is not None:
            yield _rule("unique", table, column, shallow, index, token)


def _rule(kind: str, table: str, column: str | None, shallow: Sequence[Token], index: int, last: Token) -> Rule:
    """Return the constraint including its name and ON CONFLICT clause."""
    start, written = shallow[index].start, index >= 2 and shallow[index - 2].is_word("constraint")
    name = _implied_name(table, column, LABELS[kind]) if column is not None else ""
    if written:
        start, name = shallow[index - 2].start, shallow[index - 1].name
    behind = [token for token in shallow if token.start >= last.end][:3]
    if len(behind) == 3 and behind[0].is_word("on") and behind[1].is_word("conflict"):
        last = behind[2]
    return Rule(kind, name, written, column, start, last.end)


def _shallow(tokens: Sequence[Token]) -> list[Token]:
    """Replace each parenthesized part by one token."""
    shallow: list[Token] = []
    depth = 0
    for token in tokens:
        if token.text == ")":
            depth -= 1
            if depth == 0:
                shallow[-1] = Token("(...)", shallow[-1].start, token.end, "sign")
        elif depth == 0:
            shallow.append(token)
        depth += token.text == "("
    return shallow


def _implied_name(table: str, column: str, label: str) -> str:
    """Return the default name of PostgreSQL, which shortens the longer part to fit into 63 bytes."""
    room = 63 - len(label) - 2
    while len(table) + len(column) > room:
        if len(table) > len(column):
            table = table[:-1]
        else:
            column = column[:-1]
    return f"{table}_{column}_{label}"
