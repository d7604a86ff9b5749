"""docs/openapi.json as the application gives it: what `openapi` does, and `run` before it starts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
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
    """What was written, or would be. `recovered`: an interrupted run was taken back before."""

    root: Path
    changes: ChangeSet
    recovered: bool


def refresh(directory: Path, progress: Progress, *, dry_run: bool) -> Refreshed:
    """Write the OpenAPI document that the application gives, where the file says something else.

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
    """The same without a record for `undo`; True where something was written.

    The application is asked only where its code was edited since that was done last: as the tool wrote it, it
    says what the tool has written down. One that cannot be imported says so itself when it starts.
    """
    try:
        if not description.openapi or not _is_edited(root):
            return False
        stamp = f"{description.data}/{_STAMP}"
        there = look(root, [OPENAPI, RelPath(stamp)])
        before, known = there[OPENAPI], there[RelPath(stamp)]
        if not isinstance(before, DiskFile) or (
            isinstance(known, DiskFile) and known.content == _digest(root)
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


def _is_edited(root: Path) -> bool:
    """Whether any code is not as the tool wrote it."""
    entries = read_saved_state(root).entries
    written = {path for path in entries if _is_code(path)}
    code = {path for path, _ in _code(root)}
    found = look(root, written)
    return code != written or any(
        not isinstance(there, DiskFile) or there.sha256 not in {entry.sha256 for entry in entries[path]}
        for path, there in found.items()
    )


def _digest(root: Path) -> bytes:
    """Of all code, and of the document."""
    digest = hashlib.sha256((root / OPENAPI).read_bytes())
    for path, file in sorted(_code(root)):
        digest.update(path.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest().encode()


def _code(root: Path) -> Iterator[tuple[str, Path]]:
    return ((file.relative_to(root).as_posix(), file) for file in (root / _CODE).rglob("*.py"))


def _is_code(path: str) -> bool:
    return path.startswith(f"{_CODE}/") and path.endswith(".py")


def _change(root: Path, there: OnDisk, document: dict[str, object]) -> Change | None:
    if isinstance(there, Obstacle):
        message, hint = f"it is {there.what}, and is not written", "put the file itself here"
        raise ConflictError(Problem("in-the-way", message, hint, str(root / OPENAPI)))
    after = FileBlob(to_json(document).encode(), there.executable if there else False)
    if there is None:
        return Change(OPENAPI, Action.CREATE, None, after)
    return None if _says(there, document) else Change(OPENAPI, Action.UPDATE, there, after)


def _says(there: DiskFile, document: dict[str, object]) -> bool:
    """Whether the file says the same, whatever the order of its keys."""
    try:
        return bool(decode(there.content) == document)
    except DecodeError:
        return False
