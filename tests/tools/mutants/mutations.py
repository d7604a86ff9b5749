"""The faults that can be put into a module, found in its syntax tree.

Left out are annotations, docstrings, decorators, and texts with a blank, which are prose for people. Every
other fault is a wrong limit, a condition turned round, something forgotten, or another word.
"""

from __future__ import annotations

import ast
import copy
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Fault = tuple[str, ast.expr | ast.stmt]
"""What is done, and the node that then stands there."""
_Placed = ast.expr | ast.stmt


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: `before` stands from `start` to `end`, in bytes of the file, and `after` in its place."""

    path: str
    line: int
    last_line: int
    at_import: bool
    what: str
    start: int
    end: int
    before: str
    after: str

    @property
    def id(self) -> str:
        """The same for the same fault, as long as the file has not changed."""
        text = f"{self.path} {self.start} {self.end} {self.before} {self.after}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def apply(self, source: bytes) -> bytes:
        assert source[self.start : self.end].decode() == self.before
        return source[: self.start] + self.after.encode() + source[self.end :]

    def __str__(self) -> str:
        shown = " ".join(self.before.split()), " ".join(self.after.split())
        return f"{self.path}:{self.line}: {self.what}: {shown[0][:70]}  ->  {shown[1][:70]}"


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """All faults of a module, in the order of their places."""
    source = (root / path).read_bytes()
    starts = _starts_of_lines(source)
    found = {}
    for node, inside, is_condition in _nodes(ast.parse(source), False):
        last_line, last_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        start, end = starts[node.lineno - 1] + node.col_offset, starts[last_line - 1] + last_column
        before = source[start:end].decode()
        for what, other in _faults(node, is_condition):
            after = _written(other, node)
            mutant = Mutant(path, node.lineno, last_line, not inside, what, start, end, before, after)
            if after != before:
                found[mutant.id] = mutant
    return sorted(found.values(), key=lambda mutant: (mutant.start, mutant.end, mutant.after))


def _written(other: ast.AST, instead_of: ast.AST) -> str:
    """In brackets where it is an expression: what stands around it must not bind more tightly."""
    text = ast.unparse(other)
    if isinstance(instead_of, ast.expr) and not isinstance(other, ast.Name | ast.Constant | ast.Call):
        return text if text[0] in "([{" and text[-1] in ")]}" else f"({text})"
    return text


def _starts_of_lines(source: bytes) -> list[int]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _nodes(node: ast.AST, inside: bool) -> Iterator[tuple[_Placed, bool, bool]]:
    """The nodes that can be at fault, whether a call runs them and not an import, and whether they decide."""
    inner = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in _children(node):
        if isinstance(child, ast.expr | ast.stmt):
            yield child, inner, _is_condition(node, child)
        yield from _nodes(child, inner)


_LEFT_OUT = {"annotation", "returns", "decorator_list", "bases"}


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.JoinedStr) or _is_only_for_types(node):
        return
    for name, value in ast.iter_fields(node):
        if name in _LEFT_OUT or (name == "keywords" and isinstance(node, ast.ClassDef)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                yield child


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_only_for_types(node: ast.AST) -> bool:
    """An alias of types, a type variable, or `__all__`."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        text = ast.unparse(node.value)
        is_alias = isinstance(node.value, ast.Subscript) and _is_type(node.value.value)
        return node.targets[0].id == "__all__" or is_alias or text.startswith("TypeVar(")
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) == "cast"
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _is_condition(node: ast.AST, child: ast.AST) -> bool:
    return isinstance(node, ast.If | ast.While | ast.IfExp) and child is node.test


def _faults(node: _Placed, is_condition: bool) -> Iterator[Fault]:
    if is_condition and isinstance(node, ast.expr):
        yield "a condition turned round", ast.UnaryOp(ast.Not(), node)
    find = _FAULTS.get(type(node))
    yield from find(node) if find else ()


_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_CALLED = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "sorted": "list",
    "reversed": "list",
    "startswith": "endswith",
    "endswith": "startswith",
    "removeprefix": "removesuffix",
    "removesuffix": "removeprefix",
    "partition": "rpartition",
    "rpartition": "partition",
    "match": "search",
    "fullmatch": "match",
}


def _compare(node: ast.Compare) -> Iterator[Fault]:
    for index, op in enumerate(node.ops):
        other = copy.deepcopy(node)
        other.ops[index] = _COMPARED[type(op)]()
        yield "another comparison", other


def _boolean(node: ast.BoolOp) -> Iterator[Fault]:
    other = copy.deepcopy(node)
    other.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "and for or", other
    for index in range(len(node.values)):
        fewer = copy.deepcopy(node)
        del fewer.values[index]
        yield "a condition left out", fewer.values[0] if len(fewer.values) == 1 else fewer


def _unary(node: ast.UnaryOp) -> Iterator[Fault]:
    if not isinstance(node.op, ast.USub):
        yield "not left out", node.operand


def _calculation(node: ast.BinOp) -> Iterator[Fault]:
    of_types = isinstance(node.op, ast.BitOr) and any(_is_type(each) for each in (node.left, node.right))
    if type(node.op) in _CALCULATED and not of_types:
        other = copy.deepcopy(node)
        other.op = _CALCULATED[type(node.op)]()
        yield "another calculation", other


def _is_type(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2][:1].isupper()


def _constant(node: ast.Constant) -> Iterator[Fault]:
    value = node.value
    if isinstance(value, bool):
        yield "another truth", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield "another number", ast.Constant(value + 1)
    elif isinstance(value, str) and " " not in value:
        yield "another text", ast.Constant(f"{value}XX")


def _returned(node: ast.Return) -> Iterator[Fault]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "nothing is returned", ast.Return(ast.Constant(None))


def _statement(node: ast.Expr) -> Iterator[Fault]:
    yield "left out", ast.Pass()


def _loop_end(node: ast.Continue | ast.Break) -> Iterator[Fault]:
    yield "another end of a loop", ast.Break() if isinstance(node, ast.Continue) else ast.Continue()


def _call(node: ast.Call) -> Iterator[Fault]:
    for index, keyword in enumerate(node.keywords):
        if ast.unparse(keyword) == "check=False":  # what holds without it, written for the linter
            continue
        fewer = copy.deepcopy(node)
        del fewer.keywords[index]
        yield "an argument left out", fewer
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in _CALLED:
        other = copy.deepcopy(node)
        if isinstance(other.func, ast.Name):
            other.func.id = _CALLED[name]
        elif isinstance(other.func, ast.Attribute):
            other.func.attr = _CALLED[name]
        if name in ("sorted", "reversed"):
            other.keywords = []
        yield "another call", other


def _elements(node: ast.Tuple | ast.List | ast.Set) -> Iterator[Fault]:
    if isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and len(node.elts) > 1:
        for index in range(len(node.elts)):
            fewer = copy.deepcopy(node)
            del fewer.elts[index]
            yield "an element left out", fewer


def _entries(node: ast.Dict) -> Iterator[Fault]:
    if len(node.keys) > 1:
        for index in range(len(node.keys)):
            fewer = copy.deepcopy(node)
            del fewer.keys[index], fewer.values[index]
            yield "an entry left out", fewer


def _filtered(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Iterator[Fault]:
    for index, part in enumerate(node.generators):
        for which in range(len(part.ifs)):
            other = copy.deepcopy(node)
            del other.generators[index].ifs[which]
            yield "a filter left out", other


_FAULTS: dict[type[ast.AST], Callable[..., Iterator[Fault]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.BinOp: _calculation,
    ast.Constant: _constant,
    ast.Return: _returned,
    ast.Expr: _statement,
    ast.Continue: _loop_end,
    ast.Break: _loop_end,
    ast.Call: _call,
    ast.Tuple: _elements,
    ast.List: _elements,
    ast.Set: _elements,
    ast.Dict: _entries,
    ast.ListComp: _filtered,
    ast.SetComp: _filtered,
    ast.GeneratorExp: _filtered,
    ast.DictComp: _filtered,
}
