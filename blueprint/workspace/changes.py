"""What a run comes to, before anything is written: what changes, and what the user has to settle."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.disk_files import Replaceable


class Action(StrEnum):
    """What happens at a path. The last five are what only the user can settle."""

    CREATE = "create"
    UPDATE = "update"
    MERGE = "merge"
    DELETE = "delete"
    KEEP = "keep"
    """The user's from now on, by `blueprint keep`: nothing is written."""
    TAKE = "take"
    """It follows the tool again, by `blueprint take`, with what the user made of it: nothing is written."""
    EDIT = "edit"
    """A file of the user's, changed since the command was asked to."""
    ORPHAN = "orphan"
    """No longer part of the project, but edited: it stays and is the user's."""
    GONE = "gone"
    """The user deleted it: its new version is not written."""
    CONFLICT = "conflict"
    """Both sides changed the same lines: they are in the file, between markers."""
    BESIDE = "beside"
    """Cannot be merged: the user's stays, the new one is in a file next to it."""
    DISPLACED = "displaced"
    """The tool has it elsewhere now, and the user's edit could not be merged: it lies beside the new one."""
    BLOCKED = "blocked"
    """Something that is no plain file is in the way: nothing is written."""
    UNRESOLVED = "unresolved"
    """Conflict markers of earlier are in the file: nothing is written anywhere."""


CONFLICTS = frozenset({Action.CONFLICT, Action.BESIDE, Action.DISPLACED, Action.BLOCKED, Action.UNRESOLVED})


class Change(Struct, frozen=True):
    """One path: what is there, what is to be there, and why in a few words where that is not plain.

    `before` and `after` are equal where nothing is written. `line` is that of a conflict.
    """

    path: RelPath
    action: Action
    before: Replaceable | None = None
    after: FileBlob | None = None
    why: str = ""
    line: int | None = None


class Step(Struct, frozen=True):
    """One file that is written, replaced or removed. `mode`: of one that comes back, its permission bits."""

    path: RelPath
    before: Replaceable | None
    after: FileBlob | None
    mode: int | None = None


class ChangeSet(Struct, frozen=True):
    """All that a run changes: `changes` for people, `steps` for the disk, records included, in order."""

    changes: tuple[Change, ...]
    steps: tuple[Step, ...]

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """What only the user can settle."""
        return tuple(change for change in self.changes if change.action in CONFLICTS)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many changes there are of each action that occurs."""
        actions = [change.action for change in self.changes]
        return {action.value: actions.count(action) for action in Action if action in actions}
