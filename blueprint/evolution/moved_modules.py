"""Find modules and names of the kit that a newer version of the tool moved or removed.

The user's code may import them. Its lines are reported, and for one version a module in the old place, or
an alias in the module that stays, still gives what has moved.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from blueprint.evolution.uses import Use, python_files
from blueprint.tree import FileBlob, RelPath, Tree

_FOLDER = "platform"
_ALIAS = "# Moved: import it from there. The next version removes these lines of Backend Blueprint."


class MovedName(Struct, frozen=True):
    """A module, or a name in one, and its new name; empty if it has no replacement."""

    old: str
    new: str


class Moves(Struct, frozen=True):
    """`files`: shims, or modules with added aliases, by path. `uses`: lines that use old `names`."""

    files: Mapping[RelPath, FileBlob]
    names: tuple[MovedName, ...] = ()
    uses: tuple[Use, ...] = ()


NOTHING_MOVED = Moves({})


def moves_of(
    root: Path, package: str, written: Mapping[RelPath, bytes], tree: Tree, moved: Mapping[str, str]
) -> Moves:
    """Imports in the user's code of modules that have moved in `tree`, or are gone.

    `written` holds the Python files of the project as the tool wrote them before. `moved` says what became
    of a module or of a name in it, both below the package: `platform.web` to `platform.http.web`.
    Raises OSError where a file of the user's cannot be read.
    """
    lost = dict(_lost(package, written, tree, moved))
    if not lost:
        return NOTHING_MOVED
    imports = [each for path in python_files(root) for each in _imports(root, path, package, written, lost)]
    used = sorted({each.name for each in imports})
    names = {name: _public(tree[path].content) for name, path in _modules(package, tree).items()}
    files = dict(_aliases(package, used, lost, tree))
    modules = {module for module in lost if _path(package, module) in written} - names.keys()
    for old in sorted(modules & {part for name in used for part in (name, name.rpartition(".")[0])}):
        if lost[old]:
            files[_path(package, old)] = FileBlob(_stand_in(package, old, lost, names).encode())
    moved_names = tuple(
        MovedName(f"{package}.{name}", f"{package}.{lost[name]}" if lost[name] else "") for name in used
    )
    uses = tuple(Use(each.path, each.line, each.text, f"{package}.{each.name}") for each in imports)
    return Moves(files, moved_names, uses)


def successors(package: str, tree: Tree, moved: Mapping[str, str]) -> Mapping[RelPath, RelPath]:
    """The old and new path of each moved module in the project."""
    paths = ((_path(package, old), _path(package, new)) for old, new in moved.items())
    return {old: new for old, new in paths if new in tree}


class _Import(Struct, frozen=True):
    """A line that uses an old name, which is relative to the package."""

    path: RelPath
    line: int
    text: str
    name: str


def _lost(
    package: str, written: Mapping[RelPath, bytes], tree: Tree, moved: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Every moved module and name with its new location, or an empty text."""
    for module, path in _modules(package, written).items():
        there = tree.get(path)
        if there is not None and there.content == written[path]:
            continue
        successor = moved.get(module, "") if there is None else module
        if successor and _path(package, successor) not in tree:
            successor = ""
        if there is None:
            yield module, successor
        if successor:
            now = _public(tree[_path(package, successor)].content)
            for name in sorted(_public(written[path]) - now):
                yield f"{module}.{name}", moved.get(f"{module}.{name}", "")


def _modules(package: str, files: Iterable[RelPath]) -> dict[str, RelPath]:
    """The modules of the kit, by name relative to the package."""
    folder = f"src/{package}/"
    return {
        path.removeprefix(folder).removesuffix(".py").replace("/", "."): path
        for path in files
        if path.startswith(f"{folder}{_FOLDER}/") and path.endswith(".py")
    }


def _path(package: str, module: str) -> RelPath:
    return RelPath(f"src/{package}/{module.replace('.', '/')}.py")


def _public(content: bytes) -> frozenset[str]:
    """The public names of a module: defined, listed in `__all__`, or re-exported as `name as name`."""
    try:
        return frozenset(name for name in _defined(ast.parse(content)) if not name.startswith("_"))
    except (SyntaxError, ValueError):
        return frozenset()


def _defined(module: ast.Module) -> Iterator[str]:
    for statement in module.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield statement.name
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=items)):
                yield from (str(item.value) for item in items if isinstance(item, ast.Constant))
            case ast.Assign():
                yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.ImportFrom(names=names):
                yield from (alias.name for alias in names if alias.name == alias.asname)


def _imports(
    root: Path, path: RelPath, package: str, written: Mapping[RelPath, bytes], lost: Mapping[str, str]
) -> Iterator[_Import]:
    """The user's lines of a file that use moved or removed names."""
    content = (root / path).read_bytes()
    if _FOLDER.encode() not in content or content == written.get(path):
        return
    ours = {line.strip() for line in written.get(path, b"").decode(errors="replace").splitlines()}
    lines = content.decode(errors="replace").splitlines()
    imported = set(_imported(content, package, lost))
    known = {line for line, _ in imported}
    mentioned = {mention for mention in _mentions(lines, package, lost) if mention[0] not in known}
    for line, name in sorted(imported | mentioned):
        text = lines[line - 1].strip()
        if text not in ours:
            yield _Import(path, line, text, name)


def _imported(content: bytes, package: str, lost: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    try:
        module = ast.parse(content)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(module):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith(f"{package}.{_FOLDER}")
        ):
            source = node.module.removeprefix(f"{package}.")
            for alias in node.names:
                name = next((each for each in (f"{source}.{alias.name}", source) if each in lost), None)
                if name:
                    yield alias.lineno, name


def _mentions(lines: list[str], package: str, lost: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Lines with a dotted name, as in `import shop.platform.web`, or in a string."""
    names = "|".join(map(re.escape, sorted(lost, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w.])(?:{package}\.)?({names})\b")
    for number, line in enumerate(lines, 1):
        if match := pattern.search(line):
            yield number, match[1]


def _stand_in(package: str, old: str, lost: Mapping[str, str], names: Mapping[str, frozenset[str]]) -> str:
    """A shim that re-exports the names of `old` from their new location."""
    new = lost[old]
    sources = {name: f"{new}.{name}" for name in names.get(new, ())}
    renamed = {
        name.rpartition(".")[2]: now for name, now in lost.items() if name.startswith(f"{old}.") and now
    }
    head = f'"""Moved to {package}.{new}. The next version removes this module."""\n\n'
    given = sorted((sources | renamed).items())
    imports = "".join(_import(package, source, name) for name, source in given)
    listed = "".join(f'    "{name}",\n' for name, _ in given)
    return f"{head}{imports}\n__all__ = [\n{listed}]\n"


def _import(package: str, source: str, name: str) -> str:
    module, _, now = source.rpartition(".")
    return f"from {package}.{module} import {now}{'' if name == now else f' as {name}'}\n"


def _aliases(
    package: str, used: Iterable[str], lost: Mapping[str, str], tree: Tree
) -> Iterator[tuple[RelPath, FileBlob]]:
    """Modules that stay, with aliases for used names that moved elsewhere."""
    by_module: dict[str, list[str]] = {}
    for name in used:
        module = name.rpartition(".")[0]
        if lost[name] and module not in lost and _path(package, module) in tree:
            by_module.setdefault(module, []).append(name)
    for module, names in by_module.items():
        path = _path(package, module)
        old = [name.rpartition(".")[2] for name in sorted(names)]
        imports = (_import(package, lost[f"{module}.{name}"], f"_moved_{name}").strip() for name in old)
        added = "".join(f"{line}  # noqa: E402\n" for line in imports)
        added += "\n" + "".join(f"{name} = _moved_{name}\n" for name in old)
        yield path, FileBlob(tree[path].content + f"\n\n{_ALIAS}\n{added}".encode())
