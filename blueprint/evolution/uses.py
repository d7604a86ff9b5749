"""The user's lines that name what a spec no longer has: they are told, since nobody else can change them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from blueprint.spec.model import Field, Service, Spec, TypeDef
from blueprint.spec.names import Name
from blueprint.tree import RelPath

_SOURCES = ("src", "tests")
_COLUMN_STAYS = "its column stays, with all values, until a migration of your own drops it"
_DATABASE_STAYS = "what it has stored stays where it is"


class Gone(Struct, frozen=True):
    """Something that a spec no longer has: `what` for people, `words` that stand for it in `folders`.

    `stays` tells what is left of it in databases.
    """

    what: str
    words: tuple[str, ...]
    folders: tuple[str, ...]
    stays: str = ""


class Use(Struct, frozen=True):
    """A line, from 1, of a file that is the user's, and what it uses."""

    path: RelPath
    line: int
    text: str
    what: str


def gone_between(before: Spec, after: Spec) -> tuple[Gone, ...]:
    """The fields, actions and events of services that go on, and the services, that are there no longer."""
    return tuple(_gone(before, after))


def uses_of(root: Path, gone: Iterable[Gone], theirs: Collection[str]) -> tuple[Use, ...]:
    """The lines of a project that use any of it.

    `theirs` are the paths that the tool keeps up to date itself. Raises OSError where a file cannot be read.
    """
    wanted = tuple(gone)
    files = [path for path in _files(root) if path not in theirs] if wanted else []
    found = (use for path in files for use in _uses(root, path, wanted))
    return tuple(sorted(found, key=lambda use: use.what))


def _gone(before: Spec, after: Spec) -> Iterator[Gone]:
    package = f"src/{after.name.snake}"
    still = {service.name: service for service in after.services}
    for service in before.services:
        if service.name not in still:
            words = (service.name.snake, service.name.kebab)
            yield Gone(f'the service "{service.name}"', words, ("tests", package), _DATABASE_STAYS)
            continue
        folders = (f"{package}/{service.name.snake}", "tests")
        yield from _gone_fields(service, still[service.name], folders)
        yield from _gone_actions(service, still[service.name], folders)
    yield from _gone_types(before, after, package)
    told = {each.event for service in after.services for each in service.publishes}
    for event in (each.event for service in before.services for each in service.publishes):
        if event not in told:
            yield Gone(f'the event "{event}"', (event,), (package, "tests"))


def _gone_fields(before: Service, after: Service, folders: tuple[str, ...]) -> Iterator[Gone]:
    for name in _missing(before.resource or (), after.resource or ()):
        yield Gone(f'the field "{name}" of {before.name}', (name.snake,), folders, _COLUMN_STAYS)


def _gone_actions(before: Service, after: Service, folders: tuple[str, ...]) -> Iterator[Gone]:
    still = {action.name: action for action in after.actions}
    for action in before.actions:
        name = action.name
        if name not in still:
            words = (name.snake, name.pascal, f"{name.pascal}Result")
            yield Gone(f'the action "{name}" of {before.name}', words, folders)
            continue
        old, new = ((*each.inputs, *each.outputs) for each in (action, still[name]))
        for field in _missing(old, new):
            yield Gone(f'the field "{field}" of {before.name}.{name}', (field.snake,), folders)


def _gone_types(before: Spec, after: Spec, package: str) -> Iterator[Gone]:
    still: dict[Name, TypeDef] = {entry.name: entry for entry in after.types}
    for entry in before.types:
        if entry.name not in still:
            yield Gone(f'the type "{entry.name}"', (entry.name.pascal,), (package, "tests"))
        else:
            for name in _missing(entry.fields, still[entry.name].fields):
                yield Gone(f'the field "{name}" of {entry.name}', (name.snake,), (package, "tests"))


def _missing(before: Iterable[Field], after: Iterable[Field]) -> list[Name]:
    still = {field.name for field in after}
    return [field.name for field in before if field.name not in still]


def _files(root: Path) -> Iterator[RelPath]:
    found = (file for folder in _SOURCES for file in (root / folder).rglob("*") if file.suffix == ".py")
    for file in sorted((*found, *root.glob("*.py"))):
        yield RelPath(file.relative_to(root).as_posix())


def _uses(root: Path, path: RelPath, gone: Iterable[Gone]) -> Iterator[Use]:
    near = [each for each in gone if path.startswith(each.folders) or "/" not in path]
    if not near:
        return
    patterns = [(re.compile(rf"\b(?:{'|'.join(map(re.escape, each.words))})\b"), each.what) for each in near]
    text = (root / path).read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, what in patterns:
            if pattern.search(line):
                yield Use(path, number, line.strip(), what)
                break
