"""The planned changes of a run, and conflicts for the user to resolve."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.disk_files import Replaceable


class Action(StrEnum):
    """The effect on a path. The last five are conflicts that only the user can resolve."""

    CREATE = "create"
    UPDATE = "update"
    MERGE = "merge"
    DELETE = "delete"
    KEEP = "keep"
    """Taken over by the user with `blueprint keep`: nothing is written."""
    TAKE = "take"
    """Handed back with `blueprint take`, with the user's edits: nothing is written."""
    EDIT = "edit"
    """A user's file that the command was asked to edit."""
    ORPHAN = "orphan"
    """No longer generated, but edited: it stays and belongs to the user."""
    GONE = "gone"
    """Deleted by the user: the new version is not written."""
    CONFLICT = "conflict"
    """Both sides changed the same lines: both are written, between conflict markers."""
    BESIDE = "beside"
    """Cannot be merged: the user's version stays, the new one is next to it."""
    DISPLACED = "displaced"
    """Moved by the tool, with an edit that cannot be merged: the edit is saved next to the new version."""
    BLOCKED = "blocked"
    """Something other than a regular file is in its place: nothing is written."""
    UNRESOLVED = "unresolved"
    """The file has unresolved conflict markers: nothing at all is written."""


CONFLICTS = frozenset({Action.CONFLICT, Action.BESIDE, Action.DISPLACED, Action.BLOCKED, Action.UNRESOLVED})


class Change(Struct, frozen=True):
    """The change at a path: old and new version, and a short reason if it is not obvious.

    `before` and `after` are equal where nothing is written. `line` is that of a conflict.
    """

    path: RelPath
    action: Action
    before: Replaceable | None = None
    after: FileBlob | None = None
    why: str = ""
    line: int | None = None


class Step(Struct, frozen=True):
    """A file to write, replace or remove. `mode`: the permission bits of a restored file."""

    path: RelPath
    before: Replaceable | None
    after: FileBlob | None
    mode: int | None = None


class ChangeSet(Struct, frozen=True):
    """All changes of a run: `changes` to report, `steps` for the disk in order, including records."""

    changes: tuple[Change, ...]
    steps: tuple[Step, ...]

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """Changes that only the user can resolve."""
        return tuple(change for change in self.changes if change.action in CONFLICTS)

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of changes for each action."""
        actions = [change.action for change in self.changes]
        return {action.value: actions.count(action) for action in Action if action in actions}
