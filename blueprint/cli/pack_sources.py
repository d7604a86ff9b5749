"""Packs from outside: which ones a project names, and those that `--packs` brings into it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from blueprint.catalog.load import load_catalog, packs_of
from blueprint.catalog.model import Catalog, Pack
from blueprint.catalog.presets import with_header
from blueprint.catalog.sources import (
    PROJECT_FOLDER,
    NoSource,
    Source,
    distribution_source,
    folder_source,
    is_folder,
    is_skipped,
    project_source,
)
from blueprint.errors import ConflictError, Problem, SpecError, UsageError
from blueprint.plan.provenance import PACKS_FILE, Provenance, read_provenance
from blueprint.spec.findings import Findings
from blueprint.spec.limits import MAX_BYTES
from blueprint.spec.location import Location
from blueprint.spec.model import Spec
from blueprint.spec.nodes import Items, Table
from blueprint.spec.packs import packs_in
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.disk_files import DiskFile, Obstacle, look

_FLAG = "--packs"


class Brought(Struct, frozen=True):
    """What `--packs` names: folders whose packs are copied into the project, and distributions."""

    sources: tuple[Source, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The entries that `packs` of blueprint.yaml needs."""
        return tuple(dict.fromkeys(source.name for source in self.sources))

    @property
    def folders(self) -> tuple[Source, ...]:
        """Those that are copied."""
        return tuple(source for source in self.sources if is_folder(source.name))


def brought_by(flags: Sequence[str]) -> Brought:
    """The sources that the command line names. Raises UsageError for one that is not there."""
    return Brought(tuple(_given(flag) for flag in flags))


def for_new_project(flags: Sequence[str], spec: Path | None) -> Brought:
    """What `--packs` names, or else the user's own spec, seen from the folder that it is in.

    Raises UsageError, SpecError.
    """
    named = _named_in(spec) if spec else ()
    if flags and named:
        message = "--packs does not go with a spec that names its packs"
        raise UsageError(Problem("usage", message, "leave one of them out", str(spec)))
    if not (named and spec):
        return brought_by(flags)
    sources, problems = [], []
    for name, location in named:
        try:
            sources.append(
                project_source(name, spec.parent) if is_folder(name) else distribution_source(name)
            )
        except NoSource as error:
            problems.append(location.problem("no-packs", error.message, error.hint))
    if problems:
        raise SpecError(problems)
    return Brought(tuple(sources))


def _named_in(spec: Path) -> list[tuple[str, Location]]:
    """The packs that a file names, as far as it can be read; its problems are reported later."""
    from blueprint.spec.document import read_document  # imports yaml

    findings = Findings()
    try:
        with spec.open("rb") as stream:
            root = read_document(stream.read(MAX_BYTES + 1), str(spec)).root
    except (OSError, SpecError):
        return []
    entries = root.entries if isinstance(root, Table) else ()
    node = next((entry.value for entry in entries if entry.key.value == "packs"), None)
    names = packs_in(node, findings)
    return (
        []
        if findings.problems or not isinstance(node, Items)
        else list(zip(names, (value.location for value in node.values), strict=True))
    )


def _given(flag: str) -> Source:
    path = Path(flag).expanduser()
    try:
        if path.is_dir() or os.sep in flag or flag.startswith("."):
            source = folder_source(flag, path)
            return Source(PROJECT_FOLDER, source.folder.resolve())
        return distribution_source(flag)
    except NoSource as error:
        raise UsageError(Problem("no-packs", error.message, error.hint, _FLAG)) from None


def sources_of(spec: Spec, root: Path, brought: Brought) -> tuple[Source, ...]:
    """Where the packs of a spec come from, for the project at `root`.

    Its own folder may be missing where `brought` fills it. Raises SpecError with the place of each source
    that is not there.
    """
    known = known_packs(root) if spec.packs else {}
    versions = {each.source: each.version for each in known.values()}
    copied = {label: each.origin for label, each in known.items() if is_folder(each.source)}
    sources, problems = [], []
    for index, name in enumerate(spec.packs):
        if name in brought.names and not (is_folder(name) and (root / name).exists()):
            continue
        try:
            is_own = is_folder(name)
            sources.append(
                replace(project_source(name, root), copied=copied)
                if is_own
                else distribution_source(name, versions.get(name))
            )
        except NoSource as error:
            problems.append(
                spec.marks.location("packs", index).problem("no-packs", error.message, error.hint)
            )
    if problems:
        raise SpecError(problems)
    return tuple(sources)


def catalog_with(sources: Iterable[Source], brought: Brought) -> Catalog:
    """The catalogue with packs from outside; those that are brought take the place of older copies."""
    return load_catalog(sources=sources, instead=brought.sources)


def known_packs(root: Path) -> Mapping[str, Provenance]:
    """The packs from outside that the project was made of, by label."""
    try:
        return read_provenance((root / PACKS_FILE).read_bytes())
    except OSError:
        return {}


def text_naming(text: str, spec: Spec, brought: Brought, path: str) -> str:
    """The text of a blueprint.yaml that names what is brought.

    Raises UsageError where it names other packs already: such a list is edited by hand.
    """
    missing = [name for name in brought.names if name not in spec.packs]
    if not missing:
        return text
    if spec.packs:
        message = f'"packs" does not name {", ".join(missing)}'
        raise UsageError(Problem("usage", message, "add it to the list, then try again", path))
    return with_header(text, {"packs": f"[{', '.join(missing)}]"})


def copies(packs: Iterable[Pack], brought: Brought) -> dict[RelPath, FileBlob]:
    """The files of these packs that are copied into a new project."""
    return {
        path: blob
        for pack in packs
        if (source := _folder_of(pack, brought))
        for path, blob in _files_at(_new_place(pack, source), pack.folder)
    }


def with_copies(root: Path, packs: Iterable[Pack], brought: Brought, changes: ChangeSet) -> ChangeSet:
    """The changes, and those by which the project gets its copies of what is brought.

    Raises ConflictError where a copy has been edited, or something else is in its place.
    """
    there = _packs_at(root)
    copies = [
        change
        for pack in packs
        if (source := _folder_of(pack, brought))
        for change in _copied(root, pack, _new_place(pack, source), there.get(pack.label))
    ]
    steps = tuple(Step(each.path, each.before, each.after) for each in copies)
    everything = sorted((*changes.changes, *copies), key=lambda change: change.path)
    return ChangeSet(tuple(everything), steps + changes.steps)


def _packs_at(root: Path) -> Mapping[str, Pack]:
    folder = root / PROJECT_FOLDER
    if not folder.is_dir() or not any(folder.iterdir()):
        return {}
    return {pack.label: pack for pack in packs_of(Source(PROJECT_FOLDER, folder))}


def _copied(root: Path, pack: Pack, location: str, older: Pack | None) -> Iterator[Change]:
    if older is not None:
        _refuse_edited(root, pack, older)
        location = older.folder.relative_to(root).as_posix()
    wanted = dict(_files_at(location, pack.folder))
    paths = {*wanted, *(dict(_files_at(location, older.folder)) if older else ())}
    for path, disk in look(root, sorted(paths)).items():
        if isinstance(disk, Obstacle) or (disk is not None and older is None):
            message = f"the copy of the pack {pack.label} has no place: something is there"
            raise ConflictError(Problem("in-the-way", message, "move it away", str(root / path)))
        after = wanted.get(path)
        before = disk if isinstance(disk, DiskFile) else None
        if after is None:
            yield Change(path, Action.DELETE, before)
        elif before is None or (before.content, before.executable) != (after.content, after.executable):
            yield Change(path, Action.UPDATE if before else Action.CREATE, before, after)


def _refuse_edited(root: Path, pack: Pack, older: Pack) -> None:
    """A copy that is neither the pack that it was copied from nor the new one holds work of the user's."""
    known = known_packs(root).get(pack.label)
    if pack.digest != older.digest and (known is None or known.origin != f"sha256:{older.digest}"):
        message = f"the copy of the pack {pack.label} has been edited in the project"
        hint = "take its changes over to where it came from, or `blueprint sync` without --packs"
        raise ConflictError(Problem("pack-edited", message, hint, str(older.folder)))


def _folder_of(pack: Pack, brought: Brought) -> Source | None:
    return next((source for source in brought.folders if source is pack.source), None)


def _new_place(pack: Pack, source: Source) -> str:
    """As it lies in its folder; a folder of the user's spec keeps its name, as does one that is a pack."""
    inside = pack.folder.relative_to(source.folder).as_posix()
    below = source.name.removeprefix("./")
    if inside != ".":
        return f"{below}/{inside}"
    return below if source.name != PROJECT_FOLDER else f"{below}/{source.folder.name}"


def _files_at(location: str, folder: Path) -> Iterator[tuple[RelPath, FileBlob]]:
    """All files of a pack, the ones for its author included, by their paths in the project."""
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        for name in sorted(names):
            file = Path(above, name)
            path = RelPath(f"{location}/{file.relative_to(folder).as_posix()}")
            yield path, FileBlob(file.read_bytes(), os.access(file, os.X_OK))
