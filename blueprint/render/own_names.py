"""Avoid clashes between names of a spec and names of generated code in a module.

A template marks names of the user: `{{ type.name.class_name | own }}`. If a helper of the module has the same
name, and a scope sees both, one of them gets a trailing underscore, which names of a spec cannot have: the
helper, by an import alias, unless other modules depend on its name; then the user's name is imported under an
alias. `yielding` marks a local variable that is named after one of the user's: it is always the one to be
renamed. `parameter` marks a parameter of a path: it keeps its name, whatever else has that name.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct

from blueprint.render.scopes import scopes_of
from blueprint.spec.names import free_name

_OWN = "\N{MODIFIER LETTER PRIME}"
_YIELDING = "\N{MODIFIER LETTER DOUBLE PRIME}"
_PARAMETER = "\N{MODIFIER LETTER APOSTROPHE}"
_MARKS = str.maketrans("", "", _OWN + _YIELDING + _PARAMETER)
_IN_BRACES = re.compile(r"\{(\w+)\}")
_LEXEME = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
    | (?P<prefix>[rbuRBU]?[fF]?[rR]?)
      (?P<text>"{3}(?:[^\\]|\\.)*?"{3} | '{3}(?:[^\\]|\\.)*?'{3}
         | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
    | (?P<name>[^\W\d]\w*)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_HOLE = re.compile(r"(?<!\{)\{(?!\{)[^{}]*\}")


def own(name: str) -> str:
    """Mark an identifier as the user's."""
    return name + _OWN


def yielding(name: str) -> str:
    """Mark an identifier that is renamed in any clash."""
    return name + _YIELDING


def parameter(name: str) -> str:
    """Mark a parameter of a path, which is never renamed."""
    return name + _PARAMETER


def with_parameters(path: object) -> str:
    """Mark the parameters in a path: `/likes/{id}`."""
    return _IN_BRACES.sub(lambda found: f"{{{parameter(found[1])}}}", str(path))


FILTERS: Mapping[str, Callable[[str], str]] = {
    "own": own,
    "yielding": yielding,
    "parameter": parameter,
    "with_parameters": with_parameters,
}


def unmarked(text: str) -> str:
    """The text without marks."""
    return text.translate(_MARKS)


def apart(text: str) -> str:
    """The Python module without marks and name clashes."""
    if unmarked(text) == text:
        return text
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return unmarked(text)  # the formatter reports syntax errors
    renamed = _renamed(tree)
    changed = "".join(_written(text, renamed)) if renamed else text
    if any(new.startswith(f"{builtins.__name__}.") for new in renamed.values()):
        changed = _with_import(changed, builtins.__name__)
    return unmarked(changed)


class _Facts(Struct, frozen=True):
    """The names of a module, including marked ones. Other modules depend on `fixed` names."""

    names: frozenset[str]
    bound: frozenset[str]
    fixed: frozenset[str]
    imported: frozenset[str]


def _facts(tree: ast.Module) -> _Facts:
    nodes = list(ast.walk(tree))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = frozenset(
        alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names
    )
    used = frozenset(node.id for node in nodes if isinstance(node, ast.Name))
    stored = frozenset(
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    parameters = frozenset(node.arg for node in nodes if isinstance(node, ast.arg))
    defined = frozenset(node.name for node in nodes if isinstance(node, _DEFINITION))
    caught = frozenset(node.name for node in nodes if isinstance(node, ast.ExceptHandler) and node.name)
    bound = stored | parameters | defined | caught | imported
    return _Facts(used | bound, bound, parameters | frozenset(_top_names(tree)), imported)


_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _top_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, _DEFINITION):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _renamed(tree: ast.Module) -> Mapping[str, str]:
    """Renamed names, including marks, with their new names."""
    module = _facts(tree)
    renamed: dict[str, str] = {}
    taken = {unmarked(name) for name in module.names}
    helpers = {name for name in module.names if name == unmarked(name)}
    alike = any(_OWN in name and unmarked(name) in helpers for name in module.names)
    clashing = {*_clashing(tree, module.imported)} if alike else set[str]()
    for name in sorted(name for name in module.names - helpers if _PARAMETER not in name):
        plain = unmarked(name)
        if _YIELDING in name:
            others = helpers | {unmarked(other) for other in module.names if _OWN in other}
            if plain in others:
                renamed[name] = free_name(plain, taken)
        elif plain in helpers and plain in clashing:
            gives_way = name if plain in module.fixed and name in module.imported else plain
            is_builtin = gives_way not in module.bound and hasattr(builtins, plain)
            renamed[gives_way] = f"{builtins.__name__}.{plain}" if is_builtin else free_name(plain, taken)
    return renamed


def _clashing(tree: ast.Module, imported: Collection[str]) -> Iterator[str]:
    """Names, without marks, that a scope binds twice, or that another scope would bind without marks.

    Linters also report a local variable with the name of an import.
    """
    for scope in scopes_of(tree):
        plain = Counter(unmarked(name) for name in scope.bound)
        yield from (name for name, count in plain.items() if count > 1)
        for name in scope.read:
            found = next((each for each in scope.visible if name in each.bound), None)
            without = next(
                (each for each in scope.visible if unmarked(name) in map(unmarked, each.bound)), None
            )
            if found is not without:
                yield unmarked(name)
        if scope.outer is not None and not scope.is_class:
            local = {unmarked(name) for name in scope.bound if _PARAMETER not in name}
            yield from local & {unmarked(name) for name in imported}


def _written(text: str, renamed: Mapping[str, str]) -> Iterator[str]:
    """The pieces of the text with new names."""
    context = _Context()
    for match in _LEXEME.finditer(text):
        kind, piece = match.lastgroup, match[0]
        if kind == "text" and "f" in match["prefix"].lower():
            piece = _HOLE.sub(lambda hole: "".join(_written(hole[0], renamed)), piece)
        elif kind == "name":
            role = context.role_of(piece, text[match.end() :])
            piece = role(piece, renamed.get(piece, piece))
        if kind not in ("comment", "space"):
            context.pass_by(match[0])
        elif "\n" in piece:
            context.end_line()
        yield piece


class _Context:
    """Tracks the position in the text to determine the role of a name."""

    def __init__(self) -> None:
        self._before = "\n"
        self._depth = 0
        self._importing = ""

    def role_of(self, name: str, rest: str) -> Callable[[str, str], str]:
        """The function that writes a name here, given its old and new form."""
        if keyword.iskeyword(name):
            self._start_import(name)
            return _old
        if self._importing:
            return self._imported(rest)
        is_argument = self._depth > 0 and self._before in "(," and re.match(r"\s*=(?!=)", rest)
        return _old if self._before == "." or is_argument else _new

    def pass_by(self, piece: str) -> None:
        self._before = piece
        self._depth += piece in ("(", "[", "{")
        self._depth -= piece in (")", "]", "}")

    def end_line(self) -> None:
        if self._depth == 0:
            self._before, self._importing = "\n", ""

    def _start_import(self, name: str) -> None:
        if name == "from" and self._before == "\n":
            self._importing = "from"
        elif name == "import":
            self._importing = "import"

    def _imported(self, rest: str) -> Callable[[str, str], str]:
        if self._importing == "from" or self._before == "." or re.match(r"\s*(?:as\b|\.)", rest):
            return _old
        return _new if self._before == "as" else _aliased


def _old(old: str, _: str) -> str:
    return old


def _new(_: str, new: str) -> str:
    return new


def _aliased(old: str, new: str) -> str:
    return old if old == new else f"{old} as {new}"


def _with_import(text: str, module: str) -> str:
    imports = (node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom))
    first = next(imports).lineno
    lines = text.splitlines(keepends=True)
    return "".join((*lines[: first - 1], f"import {module}\n", *lines[first - 1 :]))
