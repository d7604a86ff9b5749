"""The scopes of a Python module, and the names that are bound and read in each."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSION = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scope(Struct, eq=False):
    """A module, class, function or comprehension."""

    outer: Scope | None = None
    is_class: bool = False
    bound: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    @property
    def visible(self) -> Iterator[Scope]:
        """The scopes in which a name that is read here may be bound, innermost first."""
        yield self
        scope = self.outer
        while scope is not None:
            if not scope.is_class:
                yield scope
            scope = scope.outer


def scopes_of(module: ast.Module) -> list[Scope]:
    """All scopes of a module."""
    scopes = [Scope()]
    _Reader(scopes).read(module.body, scopes[0])
    return scopes


class _Reader:
    """Fills scopes with names, and adds those that it finds to the list."""

    def __init__(self, scopes: list[Scope]) -> None:
        self._scopes = scopes

    def read(self, nodes: Iterable[ast.AST | None], scope: Scope) -> None:
        for node in nodes:
            if node is not None:
                self._read_node(node, scope)

    def _read_inner(self, nodes: Iterable[ast.AST], scope: Scope) -> None:
        self._scopes.append(scope)
        self.read(nodes, scope)

    def _read_node(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Name):
            (scope.read if isinstance(node.ctx, ast.Load) else scope.bound).add(node.id)
        elif isinstance(node, _FUNCTION):
            scope.bound.add(node.name)
            self.read([*node.decorator_list, *_outside(node.args), node.returns], scope)
            self._read_inner(node.body, _inside(node.args, scope))
        elif isinstance(node, ast.Lambda):
            self.read(_outside(node.args), scope)
            self._read_inner([node.body], _inside(node.args, scope))
        elif isinstance(node, ast.ClassDef):
            scope.bound.add(node.name)
            self.read([*node.decorator_list, *node.bases, *node.keywords], scope)
            self._read_inner(node.body, Scope(scope, is_class=True))
        elif isinstance(node, _COMPREHENSION):
            self.read([node.generators[0].iter], scope)
            self._read_inner(ast.iter_child_nodes(node), Scope(scope))
        else:
            if isinstance(node, ast.alias):
                scope.bound.add(node.asname or node.name.partition(".")[0])
            elif isinstance(node, ast.ExceptHandler) and node.name:
                scope.bound.add(node.name)
            self.read(ast.iter_child_nodes(node), scope)


def _outside(arguments: ast.arguments) -> list[ast.AST | None]:
    """What is evaluated in the scope around a function."""
    return [*arguments.defaults, *arguments.kw_defaults, *(each.annotation for each in _all(arguments))]


def _inside(arguments: ast.arguments, outer: Scope) -> Scope:
    return Scope(outer, bound={each.arg for each in _all(arguments)})


def _all(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from filter(None, (arguments.vararg, arguments.kwarg))
