"""Validate names in a merged module: all are defined, once, and before use."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections import Counter
from collections.abc import Hashable, Iterator

_BUILTINS = frozenset(dir(builtins)) | {"__file__", "__path__"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def unbound(code: str) -> frozenset[str]:
    """Names that the module reads but does not bind. Raises SyntaxError."""
    if _imports_everything(ast.parse(code)):
        return frozenset()
    module = symtable.symtable(code, "module", "exec")
    bound, read = set[str](), set[str]()
    for table in _tables(module):
        is_module = table is module
        for symbol in table.get_symbols():
            binds = symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
            if binds and (is_module or symbol.is_declared_global()):
                bound.add(symbol.get_name())
            elif symbol.is_referenced() and symbol.is_global():
                read.add(symbol.get_name())
    return frozenset(read - bound - _BUILTINS)


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _imports_everything(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.alias) and node.name == "*" for node in ast.walk(tree))


def repeated(code: str) -> frozenset[tuple[Hashable, str]]:
    """Duplicate definitions, fields, imports and entries.

    Each is a pair of the place and the name, of an entry its dump. Raises SyntaxError.
    """
    repeated = set[tuple[Hashable, str]]()
    for scope, names in _scopes(ast.parse(code), ()):
        repeated |= {(scope, name) for name, count in Counter(names).items() if count > 1}
    return frozenset(repeated)


def _scopes(node: ast.AST, scope: tuple[str, ...]) -> Iterator[tuple[Hashable, list[str]]]:
    body = getattr(node, "body", None)
    if isinstance(node, ast.Module | ast.ClassDef) and body:
        yield scope, [name for each in body for name in _defined(each)]
    if isinstance(node, ast.Dict):
        yield (*scope, "keys"), [ast.dump(key) for key in node.keys if isinstance(key, ast.Constant)]
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        yield (
            (*scope, "entries"),
            [ast.dump(each) for each in node.elts if isinstance(each, ast.Attribute | ast.Name)],
        )
    inside = (*scope, node.name) if isinstance(node, ast.ClassDef | ast.FunctionDef) else scope
    for child in ast.iter_child_nodes(node):
        yield from _scopes(child, inside)


def _defined(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.ClassDef, *_FUNCTIONS)):
        if not any(
            "overload" in text or text.startswith(f"{node.name}.")
            for text in map(ast.unparse, node.decorator_list)
        ):
            yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.AnnAssign):
        yield ast.unparse(node.target)
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def too_early(code: str) -> frozenset[str]:
    """Names that are read at import before they are bound. Raises SyntaxError."""
    tree = ast.parse(code)
    bound, early = set[str](), set[str]()
    for statement in tree.body:
        early |= set(_read_at_once(statement)) - bound - _BUILTINS
        bound |= set(_bound(statement))
    return frozenset(early & bound)


def _bound(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, (ast.ClassDef, *_FUNCTIONS)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id


def _read_at_once(node: ast.AST) -> Iterator[str]:
    """Names read when the statement runs, excluding function bodies."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    own = set(_bound(node)) if isinstance(node, ast.ClassDef) else set[str]()
    for child in _run_at_once(node):
        yield from (name for name in _read_at_once(child) if name not in own)


def _run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, _FUNCTIONS):
        yield from node.decorator_list
        yield from (default for default in (*node.args.defaults, *node.args.kw_defaults) if default)
    elif not isinstance(node, ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        yield from ast.iter_child_nodes(node)
