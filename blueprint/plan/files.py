"""Every file of a project, and the pack that it comes from. Higher layers replace files of lower ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from blueprint.catalog.faults import PackError
from blueprint.catalog.files import PackFile
from blueprint.catalog.manifest import MANIFEST
from blueprint.catalog.model import Pack
from blueprint.errors import Problem
from blueprint.plan.model import (
    Contribution,
    Copy,
    Lock,
    Merge,
    Origin,
    Outline,
    PlannedFile,
    Source,
    Template,
    Text,
)
from blueprint.plan.scopes import Scopes
from blueprint.plan.targets import targets_of
from blueprint.tree import RelPath

_TEMPLATE = ".j2"
_DATA = ".yaml"
_SERVICE_FOLDER = re.compile(r"src/\[package\]/([^/]+)/")
_LOCKS = {
    "requirements.lock": ("runtime.txt",),
    "requirements-dev.lock": ("runtime.txt", "dev.txt"),
}


def files_of(outline: Outline, packs: tuple[Pack, ...]) -> list[PlannedFile]:
    """The files of the packs, each path once, and existing migrations.

    Raises PackError for an invalid path, or one that is text in one pack and data in another.
    """
    files = {file.path: file for file in _past_migrations(outline)}
    scopes = Scopes.of(outline, packs)
    for pack in packs:
        for file in (*_written(pack, outline), *_data(pack, outline, scopes)):
            files[file.path] = _above(files.get(file.path), file)
    return [*files.values(), *_locks(packs)]


def _past_migrations(outline: Outline) -> Iterator[PlannedFile]:
    """Existing migrations are not rewritten, even if a template has changed."""
    for service in outline.spec.services:
        if disk_state := outline.disk_states.get(service.name):
            for path, text in disk_state.migrations.items():
                yield PlannedFile(path, Text(text), seeded=True)


def _written(pack: Pack, outline: Outline) -> Iterator[PlannedFile]:
    missing = frozenset(pack.services) - {service.name for service in outline.spec.services}
    for file in (*pack.section("files"), *pack.section("seed")):
        if missing and _is_about(file, missing):
            continue
        origin = Origin(pack, file)
        for target in targets_of(origin, _TEMPLATE, outline):
            is_template = file.path.endswith(_TEMPLATE)
            source: Source = Template(origin, target.subject) if is_template else Copy(origin)
            yield PlannedFile(target.path, source, file.executable, seeded=file.section == "seed")


def _is_about(file: PackFile, missing: frozenset[str]) -> bool:
    """Whether a file of a preset concerns missing services.

    In the folder of a service it concerns that one; a seed anywhere else concerns all of them.
    """
    match = _SERVICE_FOLDER.match(file.path)
    known = match is not None and match[1]
    return known in missing if known else file.section == "seed"


def _data(pack: Pack, outline: Outline, scopes: Scopes) -> Iterator[PlannedFile]:
    for file in pack.section("data"):
        origin = Origin(pack, file)
        if not file.path.endswith(_DATA):
            message = f"data must be YAML: the name must end in {_DATA}"
            raise PackError(Problem("bad-pack", message, path=str(file.location)))
        for target in targets_of(origin, _DATA, outline):
            scope = scopes.about(target.subject, target.names)
            yield PlannedFile(target.path, Merge((Contribution(origin, scope),)))


def _above(lower: PlannedFile | None, higher: PlannedFile) -> PlannedFile:
    if lower is None:
        return higher
    if isinstance(lower.source, Merge) and isinstance(higher.source, Merge):
        return PlannedFile(lower.path, Merge(lower.source.contributions + higher.source.contributions))
    if _replaces(higher):
        if _replaces(lower) and _kinds(lower) == _kinds(higher):
            message = f"{lower.path} is replaced by two packs: {_packs(lower)}, {_packs(higher)}"
            raise _clash(message, "take one of the packs out, or the file out of one of them", lower, higher)
        return higher
    if isinstance(lower.source, Merge) or isinstance(higher.source, Merge):
        message = f"{lower.path} is data in one pack and text in another: {_packs(lower)}, {_packs(higher)}"
        raise _clash(message, "write it as the other pack does", lower, higher)
    if _is_from_outside(lower) or _is_from_outside(higher):
        message = f"{lower.path} is in two packs: {_packs(lower)}, {_packs(higher)}"
        hint = f"use another path or, to replace it, list it under `replaces` in {MANIFEST}"
        raise _clash(message, hint, lower, higher)
    return higher


def _clash(message: str, hint: str, *files: PlannedFile) -> PackError:
    """The location is in the external pack, which the user can change."""
    outside = [origin for file in files for origin in _origins(file) if origin.pack.source]
    if not outside:
        return PackError(Problem("pack-conflict", message))
    return PackError(Problem("pack-conflict", message, hint, str(outside[-1].file.location)))


def _kinds(file: PlannedFile) -> set[str]:
    return {origin.pack.kind for origin in _origins(file)}


def _replaces(file: PlannedFile) -> bool:
    """Whether an external pack declares that the file replaces one of another pack.

    A preset need not do so for the code of its services.
    """
    return any(
        origin.pack.source is not None
        and (
            origin.file.path.removesuffix(_TEMPLATE) in origin.pack.replaces
            or (
                origin.file.section == "seed"
                and (match := _SERVICE_FOLDER.match(origin.file.path)) is not None
                and match[1] in origin.pack.services
            )
        )
        for origin in _origins(file)
    )


def _is_from_outside(file: PlannedFile) -> bool:
    return any(origin.pack.source is not None for origin in _origins(file))


def _origins(file: PlannedFile) -> tuple[Origin, ...]:
    if isinstance(file.source, Merge):
        return tuple(each.origin for each in file.source.contributions)
    return (file.source.origin,) if isinstance(file.source, Template | Copy) else ()


def _packs(file: PlannedFile) -> str:
    return ", ".join(origin.pack.label for origin in _origins(file))


def _locks(packs: Iterable[Pack]) -> Iterator[PlannedFile]:
    fragments = [Origin(pack, file) for pack in packs for file in pack.section("lock")]
    for name, wanted in _LOCKS.items():
        if origins := tuple(origin for origin in fragments if origin.file.path in wanted):
            yield PlannedFile(RelPath(name), Lock(origins))
