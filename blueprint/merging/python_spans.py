"""Cut Python into spans: statements by name, bracketed lists by element."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property, partial

from msgspec import Struct

from blueprint.merging.spans import Block, Item

_OPENING = re.compile(r"(?:[(\[{]|\bimport )(?=(?:\s|#.*)*\Z)")
_COMMA = re.compile(r"\s*,([ \t]*#[^\n]*)?")
_COMMENT = re.compile(r"#.*")
_LEAD = re.compile(r"(?:[ \t\f]*(?:#[^\n]*)?\n)*")
_SPACE = re.compile(r"(?:\s|#[^\n]*(?:\n|\Z))*")
_SUITES = (ast.If, ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While)
_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class _Name(Struct, frozen=True):
    """The key of an item; `is_named` is False if that is its text, or a part of it."""

    key: Hashable
    label: str
    is_named: bool = True


class _Span(Struct, frozen=True):
    """Offsets of an item's lead, start and end, and the comment after its comma."""

    lead: int
    start: int
    stop: int
    note: str = ""


_Inner = Callable[[], Block | None]


def _no_block() -> None:
    return None


def python_block(text: str) -> Block:
    """A module. Raises SyntaxError, ValueError, RecursionError, tokenize.TokenError."""
    code = _Code(text)
    return code.body(code.tree.body, 0, len(text), is_ordered=False)


class _Code:
    """A text with the character offsets of its tree's nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._starts[-1] = len(text)

    @cached_property
    def _comments(self) -> Sequence[tuple[int, str]]:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [
            (self._starts[token.start[0] - 1] + token.start[1], token.string)
            for token in tokens
            if token.type == tokenize.COMMENT
        ]

    def _offset(self, line: int, column: int) -> int:
        """The character offset of a column in UTF-8 bytes."""
        text = self._lines[line - 1]
        chars = column if text.isascii() else len(text.encode()[:column].decode())
        return self._starts[line - 1] + chars

    def _start(self, node: ast.AST) -> int:
        return self._offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> int:
        return self._offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def body(self, body: Sequence[ast.stmt], at: int, end: int, *, is_ordered: bool) -> Block:
        """The statements between two offsets, which do not share lines."""
        items: list[Item] = []
        seen = Counter[Hashable]()
        first = at
        groups = list(_groups(body))
        calls = Counter(_call_key(group[0]) for group in groups)
        for group in groups:
            stop = self._starts[group[-1].end_lineno or 0]
            start = at + len(_matched(_LEAD, self.text, at, stop))
            is_alone = len(group) == 1 or all(_is_string(node) for node in group[1:])
            name = (
                _name_of(group[0]) if is_alone else _Name(_dump(group), "a line of several statements", False)
            )
            call = _call_key(group[0])
            if is_alone and call and calls[call] == 1:
                name = _Name(call, name.label, is_named=False)
            inner = partial(self._inner, group[0], start, stop) if is_alone else _no_block
            items.append(self._item(group, name, seen, _Span(at, start, stop), inner))
            at = stop
        indent = body[0].col_offset if body else None
        kind = "statements" if first == 0 else "body"
        tail = self.text[at:end]
        return Block(kind, items, tail=tail, is_ordered=is_ordered, indent=indent, rank=_docstring_first)

    def _item(
        self, nodes: Sequence[ast.AST], name: _Name, seen: Counter[Hashable], span: _Span, inner: _Inner
    ) -> Item:
        comments = [text for place, text in self._comments if span.start <= place < span.stop]
        seen[name.key] += 1
        return Item(
            key=(name.key, seen[name.key]),
            text=self.text[span.start : span.stop],
            normalized=(_dump(nodes), comments),
            lead=self.text[span.lead : span.start],
            note=span.note,
            label=name.label,
            is_named=name.is_named,
            binds=_bound_by(nodes[0]),
            inner=inner,
        )

    def _inner(self, node: ast.AST, start: int, end: int) -> Block | None:
        """The block inside a statement or expression, if its parts are named or a list."""
        if isinstance(node, (*_DEFINITIONS, *_SUITES)):
            return self._suite(node, start, end)
        inside = [self._inner(each, start, end) for each in _operands(node)]
        if inside:
            return next((block for block in inside if block), None)
        parts = _parts(node)
        if parts is None or (isinstance(node, ast.Tuple) and self.text[self._start(node)] != "("):
            return None
        return self._list(node, parts, start, end)

    def _suite(self, node: ast.AST, start: int, end: int) -> Block | None:
        body: Sequence[ast.stmt] = node.body  # type: ignore[attr-defined]
        if getattr(node, "orelse", None):
            return None
        decorators = getattr(body[0], "decorator_list", [])
        first = self._starts[min(part.lineno for part in (body[0], *decorators)) - 1]
        header_end = self._starts[_header_end(node) - 1]
        own_line = self.text[self._starts[body[0].lineno - 1] : self._start(body[0])]
        if first <= header_end or own_line.strip():
            return None  # on the same line
        # Comments above the first statement belong to it, but not those on the line of the header.
        line = self.text.index("\n", header_end) + 1
        colon = self._starts.index(line)
        while not _is_blank(self.text[line:first]):
            colon += 1
            line = self._starts[colon]
        is_ordered = not isinstance(node, ast.ClassDef) and not _is_for_types(node)
        block = self.body(body, line, end, is_ordered=is_ordered)
        return Block(
            type(node).__name__,
            block.items,
            head=self.text[start:line],
            tail=block.tail,
            is_ordered=block.is_ordered,
            rank=block.rank,
            indent=block.indent,
        )

    def _list(self, node: ast.AST, parts: Sequence[_Part], start: int, end: int) -> Block | None:
        """The elements between brackets. None if an element has brackets or a comment before its comma."""
        spans = [(self._start(part.nodes[0]), self._end(part.nodes[-1])) for part in parts]
        first = spans[0][0] if parts else self._end(node) - 1
        opening = _OPENING.search(self.text, start, first)
        if opening is None:
            return None
        at = inside = opening.end()
        items: list[Item] = []
        seen = Counter[Hashable]()
        comma = None
        following = [span[0] for span in spans[1:]]
        for number, (part, (begin, stop)) in enumerate(zip(parts, spans, strict=True)):
            comma = _COMMA.match(self.text, stop, end)
            if number < len(following) and not (comma and self._is_gap(comma.end(), following[number])):
                return None
            inner = partial(self._inner, part.nodes[-1], begin, stop)
            span = _Span(at, begin, stop, (comma and comma[1]) or "")
            items.append(self._item(part.nodes, part.name, seen, span, inner))
            at = comma.end() if comma else stop
        return Block(
            type(node).__name__,
            items,
            head=self.text[start:inside],
            tail=self.text[at:end],
            has_commas=True,
            ends_with_comma=bool(comma),
            lone_comma=isinstance(node, ast.Tuple),
            is_bare=opening[0].endswith(" "),
            is_ordered=_has_calls(node),
            rank=_positional_first if isinstance(node, ast.Call | ast.Subscript) else None,
        )

    def _is_gap(self, start: int, end: int) -> bool:
        return not _COMMENT.sub("", self.text[start:end]).strip()


class _Part(Struct, frozen=True):
    """An element between commas: its nodes (key and value for a dict) and its name."""

    nodes: Sequence[ast.AST]
    name: _Name


def _matched(pattern: re.Pattern[str], text: str, at: int, end: int) -> str:
    match = pattern.match(text, at, end)
    return match[0] if match else ""


def _is_blank(text: str) -> bool:
    """Whether the text has only empty lines and comments."""
    return _matched(_SPACE, text, 0, len(text)) == text


def _groups(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Statements that belong together: a string documents the name before it, and lines are never cut."""
    group: list[ast.stmt] = []
    for node in body:
        is_same_line = bool(group) and node.lineno <= (group[-1].end_lineno or 0)
        if group and not is_same_line and not (_is_string(node) and not _is_string(group[-1])):
            yield group
            group = []
        group.append(node)
    if group:
        yield group


def _is_string(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _dump(nodes: Sequence[ast.AST]) -> str:
    return "\n".join(ast.dump(node) for node in nodes)


def _header_end(node: ast.AST) -> int:
    """The last known line of the header before the colon."""
    body: Sequence[ast.stmt] = node.body  # type: ignore[attr-defined]
    inside = {id(each) for part in body for each in ast.walk(part)}
    ends = [
        getattr(each, "end_lineno", 0) or 0
        for each in ast.walk(node)
        if each is not node and id(each) not in inside
    ]
    return max([*ends, getattr(node, "lineno", 0)])


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _has_calls(node: ast.AST) -> bool:
    """Whether the elements are calls, such as steps of a workflow, whose order matters."""
    return isinstance(node, ast.List | ast.Tuple) and any(isinstance(each, ast.Call) for each in node.elts)


def _positional_first(key: Hashable) -> int:
    return 0 if isinstance(key, tuple) and isinstance(key[0], tuple) and key[0][0] == "position" else 1


def _docstring_first(key: Hashable) -> int:
    """The rank of a statement: the docstring, future imports, all others."""
    name = key[0] if isinstance(key, tuple) else None
    return 0 if name == ("text",) else 1 if name == ("from", "__future__") else 2


def _operands(node: ast.AST) -> list[ast.AST]:
    """The subexpressions of a node, the most likely place of a change first."""
    if isinstance(node, ast.AnnAssign):
        return [node.value, node.annotation] if node.value else [node.annotation]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Assign | ast.Expr | ast.Return | ast.keyword | ast.Await):
        return [node.value] if node.value else []
    return []


def _parts(node: ast.AST) -> list[_Part] | None:
    """The elements of any kind of list, or None."""
    if isinstance(node, ast.ImportFrom | ast.Import):
        return [_Part([alias], _name_of(alias)) for alias in node.names]
    if isinstance(node, ast.List | ast.Set | ast.Tuple):
        return [_Part([each], _name_of(each)) for each in node.elts]
    if isinstance(node, ast.Dict):
        return _entries(node)
    if isinstance(node, ast.Subscript):
        types = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return _positions(types)
    return _arguments(node) if isinstance(node, ast.Call) else None


def _entries(node: ast.Dict) -> list[_Part] | None:
    parts = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            return None  # the order matters
        parts.append(_Part([key, value], _Name(("key", ast.dump(key)), ast.unparse(key))))
    return parts


def _arguments(node: ast.Call) -> list[_Part] | None:
    positional = _positions(node.args)
    if positional is None:
        return None
    return positional + [_Part([each], _name_of(each)) for each in node.keywords]


def _positions(nodes: Sequence[ast.expr]) -> list[_Part] | None:
    if any(isinstance(each, ast.Starred | ast.Slice) for each in nodes):
        return None
    names = (_Name(("position", number), str(number + 1)) for number in range(len(nodes)))
    return [_Part([each], name) for each, name in zip(nodes, names, strict=True)]


def _name_of(node: ast.AST) -> _Name:
    if isinstance(node, (*_DEFINITIONS, ast.Assign, ast.AnnAssign)):
        return _name_of_definition(node)
    if isinstance(node, ast.ImportFrom | ast.Import | ast.alias):
        return _name_of_import(node)
    if isinstance(node, ast.keyword):
        return _Name(("argument", node.arg or ast.dump(node)), node.arg or "**")
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        return _Name(("call", ast.dump(node.func), repr(node.args[0].value)), ast.unparse(node)[:40])
    if _is_string(node):
        return _Name(("text",), "the docstring")
    if isinstance(node, _SUITES):
        header = ast.unparse(node).partition("\n")[0]
        return _Name(("suite", header), header, is_named=_is_for_types(node))
    return _Name(("code", ast.dump(node)), ast.unparse(node).partition("\n")[0][:60], is_named=False)


def _call_key(node: ast.stmt) -> Hashable | None:
    """The key of a statement that is a call with a literal first: this and the function. None for others."""
    value = node.value if isinstance(node, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else value
    if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr):
        return "call", ast.dump(call.func), ast.dump(call.args[0])
    return None


def _name_of_definition(node: ast.AST) -> _Name:
    if isinstance(node, ast.Assign):
        return _Name(("name", *map(ast.unparse, node.targets)), ast.unparse(node.targets[0]))
    if isinstance(node, ast.AnnAssign):
        return _Name(("name", ast.unparse(node.target)), ast.unparse(node.target))
    if isinstance(node, _DEFINITIONS):
        return _Name(("name", node.name, *_role(node)), node.name)
    raise TypeError(f"no definition: {ast.dump(node)}")


def _role(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """The role that distinguishes definitions with the same name: property accessors and overloads."""
    for decorator in node.decorator_list:
        text = ast.unparse(decorator)
        if text.startswith(f"{node.name}."):
            yield text
        if text.rpartition(".")[2] == "overload" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.unparse(node.args)


def _name_of_import(node: ast.ImportFrom | ast.Import | ast.alias) -> _Name:
    if isinstance(node, ast.alias):
        return _Name(("name", node.asname or node.name), node.asname or node.name)
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        return _Name(("from", module), f"from {module}")
    names = ", ".join(sorted(each.asname or each.name for each in node.names))
    return _Name(("import", names), f"import {names}")


def _bound_by(node: ast.AST) -> frozenset[str]:
    """The names bound by an import."""
    aliases = node.names if isinstance(node, ast.Import | ast.ImportFrom) else [node]
    each = [alias for alias in aliases if isinstance(alias, ast.alias)]
    return frozenset(alias.asname or alias.name.partition(".")[0] for alias in each)
