"""Find the user's lines that use removed parts of a spec."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from blueprint.plan.disk_state import NOTHING_ON_DISK, DiskState, DiskStates
from blueprint.spec.model import Field, Service, Spec, TypeDef
from blueprint.spec.names import Name
from blueprint.tree import RelPath

_SOURCES = ("src", "tests")
_COLUMN_STAYS = "its column stays, with all values, until you drop it in a migration"
_DATABASE_STAYS = "its stored data stays"

_Range = tuple[tuple[int, int], tuple[int, int]]
"""The start and end of a part of a text: lines from 1, columns from 0."""


class Gone(Struct, frozen=True):
    """A removed part of a spec: `what` is its description, `words` its names in `folders`.

    `stays` describes its remains in databases.
    """

    what: str
    words: tuple[str, ...]
    folders: tuple[str, ...]
    stays: str = ""


class Use(Struct, frozen=True):
    """A line (from 1) of the user's code, and the removed part it uses."""

    path: RelPath
    line: int
    text: str
    what: str


def gone_between(before: Spec, after: Spec, disk_states: DiskStates = NOTHING_ON_DISK) -> tuple[Gone, ...]:
    """Removed services, and removed fields, actions and events of the others.

    `disk_states` say which columns there are; without them, those of the spec before.
    """
    return tuple(_gone(before, after, disk_states))


def uses_of(root: Path, gone: Iterable[Gone], theirs: Collection[str]) -> tuple[Use, ...]:
    """The lines of a project that use any of it.

    `theirs` are the paths that the tool keeps up to date itself. Raises OSError where a file cannot be read.
    """
    wanted = tuple(gone)
    files = [path for path in python_files(root) if path not in theirs] if wanted else []
    uses = (use for path in files for use in _uses(root, path, wanted))
    return tuple(sorted(uses, key=lambda use: use.what))


def _gone(before: Spec, after: Spec, disk_states: DiskStates) -> Iterator[Gone]:
    package = f"src/{after.name.package}"
    still = {service.name: service for service in after.services}
    for service in before.services:
        if service.name not in still:
            words = tuple(dict.fromkeys((service.name.module, service.name.snake, service.name.kebab)))
            yield Gone(f'the service "{service.name}"', words, ("tests", package), _DATABASE_STAYS)
            continue
        folders = (f"{package}/{service.name.module}", "tests")
        yield from _gone_row_name(service, still[service.name], (package, "tests"))
        yield from _gone_fields(service, still[service.name], folders, disk_states.get(service.name))
        yield from _gone_actions(service, still[service.name], folders)
    yield from _gone_types(before, after, package)
    published = {each.event for service in after.services for each in service.publishes}
    for event in (each.event for service in before.services for each in service.publishes):
        if event not in published:
            yield Gone(f'the event "{event}"', (event,), (package, "tests"))


def _gone_row_name(before: Service, after: Service, folders: tuple[str, ...]) -> Iterator[Gone]:
    old = before.singular
    if before.resource is not None and after.resource is not None and old != after.singular:
        words = (
            old.pascal,
            f"New{old.pascal}",
            f"{old.pascal}Created",
            f"{old.pascal}View",
            before.id_name.snake,
        )
        yield Gone(f'the name "{old}" for a row of {before.name}', words, folders)


def _gone_fields(
    before: Service, after: Service, folders: tuple[str, ...], disk_state: DiskState | None
) -> Iterator[Gone]:
    table = disk_state.table if disk_state else None
    for name in _missing(before.resource or (), after.resource or ()):
        stays = table is None or name in {column.name for column in table.columns}
        what = f'the field "{name}" of {before.name}'
        yield Gone(what, _forms(name), folders, _COLUMN_STAYS if stays else "")


def _gone_actions(before: Service, after: Service, folders: tuple[str, ...]) -> Iterator[Gone]:
    still = {action.name: action for action in after.actions}
    for action in before.actions:
        name = action.name
        if name not in still:
            words = (name.variable, before.command_class(action), f"{name.pascal}Result")
            yield Gone(f'the action "{name}" of {before.name}', words, folders)
            continue
        old, new = ((*each.inputs, *each.outputs) for each in (action, still[name]))
        for field in _missing(old, new):
            yield Gone(f'the field "{field}" of {before.name}.{name}', _forms(field), folders)


def _gone_types(before: Spec, after: Spec, package: str) -> Iterator[Gone]:
    still: dict[Name, TypeDef] = {entry.name: entry for entry in after.types}
    for entry in before.types:
        if entry.name not in still:
            yield Gone(f'the type "{entry.name}"', (entry.name.class_name,), (package, "tests"))
        else:
            for name in _missing(entry.fields, still[entry.name].fields):
                yield Gone(f'the field "{name}" of {entry.name}', _forms(name), (package, "tests"))


def _forms(field: Name) -> tuple[str, ...]:
    """The names of a field in JSON and SQL, and in code."""
    return tuple(dict.fromkeys((field.snake, field.attribute)))


def _missing(before: Iterable[Field], after: Iterable[Field]) -> list[Name]:
    still = {field.name for field in after}
    return [field.name for field in before if field.name not in still]


def python_files(root: Path) -> Iterator[RelPath]:
    """The Python files of a project, ordered by folder."""
    files = (file for folder in _SOURCES for file in (root / folder).rglob("*") if file.suffix == ".py")
    for file in sorted((*files, *root.glob("*.py"))):
        yield RelPath(file.relative_to(root).as_posix())


def _without_prose(text: str) -> list[str]:
    """The lines without comments and docstrings; all of the text if it is not valid Python."""
    lines = text.split("\n")
    try:
        prose = [*_comments(text), *_docstrings(ast.parse(text))]
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError):
        return lines
    for (first, start), (last, end) in sorted(prose, reverse=True):
        before, after = lines[first - 1][:start], lines[last - 1][end:]
        lines[first - 1 : last] = [""] * (last - first + 1)
        lines[first - 1] = before + after
    return lines


def _comments(text: str) -> Iterator[_Range]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start, token.end


def _docstrings(tree: ast.AST) -> Iterator[_Range]:
    """Strings that are statements."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                yield (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)


def _uses(root: Path, path: RelPath, gone: Iterable[Gone]) -> Iterator[Use]:
    near = [each for each in gone if path.startswith(each.folders) or "/" not in path]
    if not near:
        return
    patterns = [(re.compile(rf"\b(?:{'|'.join(map(re.escape, each.words))})\b"), each.what) for each in near]
    text = (root / path).read_text(encoding="utf-8", errors="replace")
    lines = text.split("\n")
    for number, (line, code) in enumerate(zip(lines, _without_prose(text), strict=True), 1):
        for pattern, what in patterns:
            if pattern.search(code):
                yield Use(path, number, line.strip(), what)
                break
