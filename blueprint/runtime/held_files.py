"""Which processes hold a file: those whose code imports it, or that are started with it.

Imports are read from the code, beginning with the modules in the command of each process. What is no module,
such as a migration, belongs to the package whose folder it is in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from blueprint.disk.folder import stamp_of

_MODULE = ".py"
_PACKAGE = "__init__.py"
_TESTS = ("tests", "conftest.py")


class _Parsed(Struct, frozen=True):
    """What a module imports, as written in a file with this stamp."""

    stamp: str
    imports: frozenset[str]


class HeldFiles:
    """The files of a project by process.

    `source` is the folder from which the project's modules are imported, `commands` the words that start each
    process. Reading is repeated for files that have changed only.
    """

    def __init__(self, project: Path, source: Path | None, commands: Mapping[str, Sequence[str]]) -> None:
        self._source = source
        self._parsed: dict[Path, _Parsed] = {}
        self._started_with = {
            name: frozenset(file for word in words if _is_own(file := project / word, project))
            for name, words in commands.items()
        }
        self._roots = {
            name: frozenset(word.partition(":")[0] for word in words if _is_module_name(word))
            for name, words in commands.items()
        }
        self._held: Mapping[str, frozenset[Path]] = {}
        self.read()

    @property
    def folders(self) -> frozenset[Path]:
        """The folders of files that processes are started with."""
        return frozenset(file.parent for files in self._started_with.values() for file in files)

    def read(self) -> None:
        """Follow the imports as they are now."""
        self._held = {
            name: frozenset(self._closure(roots)) | self._started_with[name]
            for name, roots in self._roots.items()
        }

    def holders(self, changed: Iterable[Path]) -> frozenset[str]:
        """The processes that hold one of these files, by the imports before or after the change."""
        files = list(changed)
        before = self._holders(files)
        self.read()
        return before | self._holders(files)

    def _holders(self, files: Sequence[Path]) -> frozenset[str]:
        return frozenset(name for file in files for name in self._holders_of(file))

    def _holders_of(self, file: Path) -> frozenset[str]:
        direct = frozenset(name for name, files in self._held.items() if file in files)
        if direct or self._source is None or not file.is_relative_to(self._source) or _is_test(file):
            return direct
        package = self._package_around(file)
        return frozenset(name for name, files in self._held.items() if package in files)

    def _package_around(self, file: Path) -> Path | None:
        """The nearest package that a process holds."""
        held = frozenset(path for files in self._held.values() for path in files)
        for folder in file.parents:
            if folder == self._source:
                break
            if folder / _PACKAGE in held:
                return folder / _PACKAGE
        return None

    def _closure(self, roots: Iterable[str]) -> set[Path]:
        found: set[Path] = set()
        names = list(roots)
        seen = set(names)
        while names:
            for file in self._files_of(names.pop()):
                if file in found:
                    continue
                found.add(file)
                following = self._imports(file) - seen
                seen |= following
                names += following
        return found

    def _files_of(self, name: str) -> Iterator[Path]:
        """The module of this name, with the packages around it; nothing where the project has none."""
        if self._source is None:
            return
        folder = self._source
        for part in name.split("."):
            folder = folder / part
            if (module := folder.with_name(f"{part}{_MODULE}")).is_file():
                yield module
            if (package := folder / _PACKAGE).is_file():
                yield package

    def _imports(self, file: Path) -> frozenset[str]:
        """By the last text that could be parsed: a file is often saved while it is half written."""
        known = self._parsed.get(file)
        try:
            stamp = stamp_of(file.stat())
            if known is not None and known.stamp == stamp:
                return known.imports
            tree = ast.parse(file.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return known.imports if known else frozenset()
        imports = frozenset(self._names(tree, file))
        self._parsed[file] = _Parsed(stamp, imports)
        return imports

    def _names(self, tree: ast.AST, file: Path) -> Iterator[str]:
        package = _package_of(file.relative_to(self._source)) if self._source else ()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else ()
                base = ".".join((*above, *(node.module or "").split("."))).strip(".")
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names)


def _package_of(file: Path) -> tuple[str, ...]:
    return file.parent.parts


def _is_own(file: Path, project: Path) -> bool:
    """A file of the project, not of its environment."""
    is_inside = file != project and file.is_relative_to(project)
    return is_inside and not file.relative_to(project).parts[0].startswith(".") and file.is_file()


def _is_module_name(word: str) -> bool:
    module = word.partition(":")[0]
    return "." in module and all(part.isidentifier() for part in module.split("."))


def _is_test(file: Path) -> bool:
    return file.parent.name in _TESTS or file.name in _TESTS or file.name.startswith("test_")
