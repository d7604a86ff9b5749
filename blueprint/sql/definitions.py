"""Read CREATE TABLE statements, and remove rules from them.

SQLite drops a rule since 3.53; for older ones the text of the table is edited, as its documentation describes
for changes that do not affect what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from blueprint.sql.tokens import Token, code

_LABELS = {"not null": "not_null", "check": "check", "unique": "key"}
_TABLE_RULES = ("constraint", "primary", "unique", "check", "foreign")


class Part(Struct, frozen=True):
    """A column or rule of the table, with its tokens at all depths."""

    tokens: Sequence[Token]

    @property
    def column(self) -> str | None:
        """The name of the column; None for rules of the whole table."""
        first = self.tokens[0]
        return None if first.is_word(*_TABLE_RULES) else first.name


class Rule(Struct, frozen=True):
    """A NOT NULL, CHECK or UNIQUE between two offsets.

    `name` is its own; for a column's that has none, the one that PostgreSQL gives it.
    """

    kind: str
    name: str
    column: str | None
    start: int
    end: int


def table_name(sql: str) -> Token:
    """The name of the created table."""
    return _before_parenthesis(code(sql))


def rules(sql: str) -> list[Rule]:
    """The droppable rules of the table."""
    table = table_name(sql).name
    return [rule for part in parts(sql) for rule in _rules(table, part)]


def without(sql: str, rule: Rule) -> str:
    """The text without the rule."""
    start, end = rule.start, rule.end
    if rule.column is None:  # it may be alone between two commas
        before = [token for token in code(sql) if token.end <= start][-1]
        after = next(token for token in code(sql) if token.start >= end)
        if before.text == "," and after.text in ",)":
            start = before.start
    return sql[:start].rstrip(" \t") + _joint(sql, end) + sql[end:].lstrip(" \t")


def parts(sql: str) -> list[Part]:
    """The columns and the rules between the outer parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in code(sql)[_opening(code(sql)) :]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            break
        if depth == 1 and token.text == ",":
            parts.append([])
        elif not (depth == 1 and token.text == "(" and parts == [[]]):
            parts[-1].append(token)
    return [Part(each) for each in parts if each]


def implied_name(table: str, column: str, label: str) -> str:
    """PostgreSQL's name for an unnamed rule: the longer name is cut to a total of 63 bytes."""
    room = 63 - len(label) - 2
    while len(table) + len(column) > room:
        if len(table) > len(column):
            table = table[:-1]
        else:
            column = column[:-1]
    return f"{table}_{column}_{label}"


def _joint(sql: str, end: int) -> str:
    """A space if two words would be joined."""
    return "" if sql[end:].lstrip(" \t")[:1] in ("", ",", ")", "\n") else " "


def _opening(tokens: Sequence[Token]) -> int:
    return next(index for index, token in enumerate(tokens) if token.text == "(")


def _before_parenthesis(tokens: Sequence[Token]) -> Token:
    return tokens[_opening(tokens) - 1]


def _rules(table: str, part: Part) -> Iterator[Rule]:
    shallow = _shallow(part.tokens)
    for index, token in enumerate(shallow):
        following = shallow[index + 1 :]
        if token.is_word("not") and following and following[0].is_word("null"):
            yield _rule("not null", table, part, shallow, index, following[0])
        elif token.is_word("check") and following:
            yield _rule("check", table, part, shallow, index, following[0])
        elif token.is_word("unique") and part.column is not None:
            yield _rule("unique", table, part, shallow, index, token)


def _rule(kind: str, table: str, part: Part, shallow: Sequence[Token], index: int, last: Token) -> Rule:
    """The rule with its name and its ON CONFLICT clause."""
    start, name = shallow[index].start, None
    if index >= 2 and shallow[index - 2].is_word("constraint"):
        start, name = shallow[index - 2].start, shallow[index - 1].name
    behind = [token for token in shallow if token.start >= last.end][:3]
    if len(behind) == 3 and behind[0].is_word("on") and behind[1].is_word("conflict"):
        last = behind[2]
    if name is None and part.column is not None:
        name = implied_name(table, part.column, _LABELS[kind])
    return Rule(kind, name or "", part.column, start, last.end)


def _shallow(tokens: Sequence[Token]) -> list[Token]:
    """The tokens outside parentheses; each parenthesized part becomes a single token."""
    shallow: list[Token] = []
    depth = 0
    for token in tokens:
        if token.text == "(":
            depth += 1
            if depth == 1:
                shallow.append(token)
        elif token.text == ")":
            depth -= 1
            if depth == 0:
                shallow[-1] = Token("(...)", shallow[-1].start, token.end, "sign")
        elif depth == 0:
            shallow.append(token)
    return shallow
