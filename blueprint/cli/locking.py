"""Add dependencies to a project and lock them: the core of `add-dependency` and `lock`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from msgspec import Struct

from blueprint.errors import ConflictError, Problem, SpecError, UsageError
from blueprint.requirements import Locked, read_lock, write_lock
from blueprint.runtime.resolution import (
    DEVELOPMENT,
    MANIFEST,
    RUNTIME,
    Inputs,
    Locks,
    read_manifest,
    resolve,
    with_requirements,
)
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.compare import beside
from blueprint.workspace.disk_files import DiskFile, look
from blueprint.workspace.line_ends import form_of, plain
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.project import Project, open_project
from blueprint.workspace.transaction import commit

Progress = Callable[[str], AbstractContextManager[None]]
Edit = Callable[[str], str]

_SETTINGS = "uv.toml"
_FILES = (MANIFEST, RUNTIME, DEVELOPMENT, _SETTINGS)


class Package(Struct, frozen=True):
    """A package whose locked version changed, with all versions if they differ between platforms."""

    name: str
    before: str | None
    after: str | None


class Relocked(Struct, frozen=True):
    """The changes written, or planned in a dry run. `recovered`: an interrupted run was rolled back first."""

    root: Path
    changes: ChangeSet
    packages: tuple[Package, ...]
    recovered: bool


def add_dependencies(
    directory: Path, requirements: Sequence[str], progress: Progress, *, dev: bool, dry_run: bool
) -> Relocked:
    """Add the requirements to pyproject.toml and update both locks, in one transaction.

    A requirement without a version gets the resolved one as its lower bound. Raises UsageError for an invalid
    requirement or is there already, and what `relock` raises: in each case nothing has changed.
    """
    wanted = [_requirement(text) for text in requirements]

    def edit(text: str) -> str:
        _refuse_known(wanted, read_manifest(text), dev=dev)
        return with_requirements(text, [str(each) for each in wanted], dev=dev)

    def bounded(text: str, locked: Sequence[Locked]) -> str:
        return with_requirements(text, [_bounded(each, locked) for each in wanted], dev=dev)

    return _relocked(directory, progress, "add-dependency", edit, bounded, dry_run=dry_run)


def relock(directory: Path, progress: Progress, *, dry_run: bool) -> Relocked:
    """Update both locks to match pyproject.toml, in one transaction.

    This also deletes new versions of the locks beside them, which an earlier run could not merge.
    Raises UsageError outside of a project, SpecError for a pyproject.toml that is not valid, ConflictError
    where no versions fit together, MachineError.
    """
    return _relocked(directory, progress, "lock", lambda text: text, lambda text, _: text, dry_run=dry_run)


def _relocked(
    directory: Path,
    progress: Progress,
    command: str,
    edit: Edit,
    bounded: Callable[[str, Sequence[Locked]], str],
    *,
    dry_run: bool,
) -> Relocked:
    from blueprint import __version__

    with open_project(directory, __version__) as project:
        files = _files(project)
        text = _text(project, files, MANIFEST)
        if text is None:
            hint = "restore it from your last commit"
            raise ConflictError(
                Problem("no-pyproject", f"the project has no {MANIFEST}", hint, str(project.root))
            )
        before = Locks(*(_locked(project, files, name) for name in (RUNTIME, DEVELOPMENT)))
        edited = edit(text)
        with progress("resolving the dependencies"):
            locks = resolve(Inputs(edited, before.both, _text(project, files, _SETTINGS)))
        after = {
            MANIFEST: bounded(text, locks.development) if edited != text else text,
            RUNTIME: write_lock(locks.runtime),
            DEVELOPMENT: write_lock(locks.development),
        }
        changes = (*_changes(files, after), *_settled(project))
        steps = tuple(Step(each.path, each.before, each.after) for each in changes)
        if not dry_run:
            commit(project.root, steps, command)
        packages = tuple(_packages(before, locks))
        return Relocked(project.root, ChangeSet(changes, steps), packages, project.recovered)


def _files(project: Project) -> Mapping[str, DiskFile | None]:
    """The dependency files on disk. Raises ConflictError if one is not a regular file."""
    with machine_errors(project.root):
        there = look(project.root, map(RelPath, _FILES))
    found: dict[str, DiskFile | None] = {}
    for path, on_disk in there.items():
        if on_disk is not None and not isinstance(on_disk, DiskFile):
            hint = "replace it with the file itself"
            problem = Problem("in-the-way", f"there is {on_disk.what}", hint, str(project.root / path))
            raise ConflictError(problem)
        found[path] = on_disk
    return found


def _text(project: Project, files: Mapping[str, DiskFile | None], name: str) -> str | None:
    file = files[name]
    try:
        return None if file is None else plain(file.content).decode()
    except UnicodeDecodeError:
        problem = Problem("not-text", "the file is not valid UTF-8", path=str(project.root / name))
        raise SpecError(problem) from None


def _locked(project: Project, files: Mapping[str, DiskFile | None], name: str) -> tuple[Locked, ...]:
    """The entries of the lock; empty if it is missing. Raises ConflictError for a line of another kind."""
    try:
        return read_lock(_text(project, files, name) or "")
    except ValueError as error:
        message = f"not a version with hashes: {error}"
        hint = "fix it, or delete the file and run `blueprint lock`"
        path = str(project.root / name)
        raise ConflictError(Problem("unresolved", message, hint, path)) from None


def _requirement(text: str) -> Any:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0]
        message = f"{text!r} is not a valid requirement: {reason[:1].lower()}{reason[1:]}"
        raise UsageError(Problem("bad-requirement", message, 'such as "httpx>=0.28,<1"')) from None
    if requirement.url:
        message = f"{requirement.name} is given by its URL, which cannot be locked"
        raise UsageError(Problem("bad-requirement", message, "use a version from an index"))
    return requirement


def _refuse_known(wanted: Iterable[Any], manifest: Mapping[str, Any], *, dev: bool) -> None:
    """Refuse packages that the manifest already lists; development includes runtime dependencies."""
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    lines = list(manifest["project"].get("dependencies", []))
    if dev:
        lines += [
            line for line in manifest.get("dependency-groups", {}).get("dev", []) if isinstance(line, str)
        ]
    known: dict[str, str] = {}
    for line in lines:
        try:
            known.setdefault(canonicalize_name(Requirement(line).name), line)
        except InvalidRequirement:
            problem = Problem("bad-toml", f"{line!r} is not a valid requirement", "fix the line", MANIFEST)
            raise SpecError(problem) from None
    for each in wanted:
        if line := known.setdefault(canonicalize_name(each.name), ""):
            message = f"{each.name} is already a dependency: {line}"
            hint = f"change that line of {MANIFEST}, then run `blueprint lock`"
            raise UsageError(Problem("known-dependency", message, hint))
        known[canonicalize_name(each.name)] = str(each)


def _bounded(requirement: Any, locked: Iterable[Locked]) -> str:
    """The requirement; without a version, with the lowest locked one as its lower bound."""
    from packaging.specifiers import SpecifierSet
    from packaging.utils import canonicalize_name
    from packaging.version import Version

    name = canonicalize_name(requirement.name)
    versions = [Version(each.version) for each in locked if each.name == name]
    if versions and not requirement.specifier:
        requirement.specifier = SpecifierSet(f">={min(versions).public}")
    return str(requirement)


def _changes(files: Mapping[str, DiskFile | None], after: Mapping[str, str]) -> Iterator[Change]:
    for name, text in after.items():
        before, content = files[name], text.encode()
        if before is None:
            yield Change(RelPath(name), Action.CREATE, None, FileBlob(content))
        elif plain(before.content) != content:
            written = form_of(before.content).applied_to(content)
            yield Change(RelPath(name), Action.UPDATE, before, FileBlob(written, before.executable))


def _settled(project: Project) -> Iterator[Change]:
    """Delete new versions of the locks beside them, unless one of pyproject.toml may bring more packages."""
    sides = [beside(RelPath(name)) for name in (RUNTIME, DEVELOPMENT)]
    manifest = beside(RelPath(MANIFEST))
    with machine_errors(project.root):
        there = look(project.root, [*sides, manifest])
    if there[manifest] is None:
        for side in sides:
            if isinstance(on_disk := there[side], DiskFile):
                yield Change(side, Action.DELETE, on_disk)


def _packages(before: Locks, after: Locks) -> Iterator[Package]:
    """Differences in either lock. A package that moves to the runtime counts as new."""
    packages: dict[str, Package] = {}
    for old, new in ((before.development, after.development), (before.runtime, after.runtime)):
        was, now = _versions(old), _versions(new)
        for name in was.keys() | now.keys():
            if was.get(name) != now.get(name):
                packages[name] = Package(name, was.get(name), now.get(name))
    return iter([packages[name] for name in sorted(packages)])


def _versions(entries: Iterable[Locked]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(entry.name, []).append(entry.version)
    return {name: ", ".join(sorted(set(versions))) for name, versions in found.items()}
