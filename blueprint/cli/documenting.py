"""Update docs/openapi.json from the application, for `openapi` and before `run` starts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import DecodeError, Struct
from msgspec.json import decode

from blueprint.disk.folder import open_folder
from blueprint.documents.text import to_json
from blueprint.errors import BlueprintError, ConflictError, Problem
from blueprint.plan.api import OPENAPI
from blueprint.runtime.application import application_document
from blueprint.runtime.description import Description, read_description
from blueprint.runtime.environment import Progress
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.disk_files import DiskFile, Obstacle, OnDisk, look
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.project import find_project, open_project
from blueprint.workspace.saved_state import read_saved_state
from blueprint.workspace.transaction import commit

COMMAND = "openapi"
_CODE = "src"
_STAMP = "openapi.sha256"


class Refreshed(Struct, frozen=True):
    """The changes written, or planned in a dry run. `recovered`: an interrupted run was rolled back first."""

    root: Path
    changes: ChangeSet
    recovered: bool


def refresh(directory: Path, progress: Progress, *, dry_run: bool) -> Refreshed:
    """Write the OpenAPI document of the application if the file differs.

    Raises UsageError, ConflictError, MachineError, and SystemFailed where the application cannot be imported.
    """
    from blueprint import __version__

    root = find_project(directory)
    document = application_document(root, read_description(root), progress)
    with open_project(root, __version__) as project, machine_errors(root):
        change = _change(root, look(root, [OPENAPI])[OPENAPI], document)
        steps = (Step(OPENAPI, change.before, change.after),) if change else ()
        if not dry_run:
            commit(root, steps, COMMAND)
        return Refreshed(root, ChangeSet((change,) if change else (), steps), project.recovered)


def refresh_before_run(root: Path, description: Description, progress: Progress) -> bool:
    """The same without a record for `undo`; returns whether the file was written.

    Skips this unless code was edited since the last time: unedited code matches the generated document.
    Ignores an application that cannot be imported: it reports the error itself at startup.
    """
    try:
        if not description.openapi or not _is_edited(root):
            return False
        stamp = f"{description.data}/{_STAMP}"
        there = look(root, [OPENAPI, RelPath(stamp)])
        before, stamped = there[OPENAPI], there[RelPath(stamp)]
        if not isinstance(before, DiskFile) or (
            isinstance(stamped, DiskFile) and stamped.content == _digest(root)
        ):
            return False
        change = _change(root, before, application_document(root, description, progress))
        with open_folder(root) as folder:
            if change and change.after:
                folder.replace(OPENAPI, change.after.content)
            folder.replace(stamp, _digest(root), bits=0o600)
        return change is not None
    except (BlueprintError, OSError):
        return False


def refreshed_document(root: Path) -> Mapping[RelPath, str]:
    """The document, with its hash as `refresh_before_run` wrote it last, if it ever did."""
    try:
        stamp = RelPath(f"{read_description(root).data}/{_STAMP}")
        known = look(root, [stamp])[stamp]
    except (BlueprintError, OSError):
        return {}
    _, _, document = known.content.decode().partition(" ") if isinstance(known, DiskFile) else ("", "", "")
    return {OPENAPI: document} if document else {}


def _is_edited(root: Path) -> bool:
    """Whether any code differs from the generated version."""
    entries = read_saved_state(root).entries
    written = {path for path in entries if _is_code(path)}
    code = {path for path, _ in _code(root)}
    on_disk = look(root, written)
    return code != written or any(
        not isinstance(there, DiskFile) or there.sha256 not in {entry.sha256 for entry in entries[path]}
        for path, there in on_disk.items()
    )


def _digest(root: Path) -> bytes:
    """Digests of all code and the document, and of the document alone."""
    document = hashlib.sha256((root / OPENAPI).read_bytes())
    digest = document.copy()
    for path, file in sorted(_code(root)):
        digest.update(path.encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{digest.hexdigest()} {document.hexdigest()}".encode()


def _code(root: Path) -> Iterator[tuple[str, Path]]:
    return ((file.relative_to(root).as_posix(), file) for file in (root / _CODE).rglob("*.py"))


def _is_code(path: str) -> bool:
    return path.startswith(f"{_CODE}/") and path.endswith(".py")


def _change(root: Path, there: OnDisk, document: dict[str, object]) -> Change | None:
    if isinstance(there, Obstacle):
        message, hint = f"it is {there.what}, so it is not written", "replace it with the file itself"
        raise ConflictError(Problem("in-the-way", message, hint, str(root / OPENAPI)))
    after = FileBlob(to_json(document).encode(), there.executable if there else False)
    if there is None:
        return Change(OPENAPI, Action.CREATE, None, after)
    return None if _says(there, document) else Change(OPENAPI, Action.UPDATE, there, after)


def _says(there: DiskFile, document: dict[str, object]) -> bool:
    """Whether the file has the same content, in any order of keys."""
    try:
        return bool(decode(there.content) == document)
    except DecodeError:
        return False
