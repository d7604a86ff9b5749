"""The journal of a run, written before its changes, with everything needed to roll back.

A run's folder, `.blueprint/local/change`, holds for its n-th step `new/n` and `old/n`, and the journal.
Under the name of a journal that has begun, files may have changed; under that of one that is done, all of
them have.

A repository or an archive from elsewhere can bring a journal. So each names the mark of `.blueprint/local`,
which no other folder has, nor a copy of it: where that does not fit, no run here has written it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from blueprint.disk.folder import Folder, stamp_of
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.base_store import LOCAL, is_of_git
from blueprint.workspace.changes import Step
from blueprint.workspace.disk_files import Replaceable, link_hash

CHANGE = f"{LOCAL}/change"
LAST = f"{LOCAL}/last"
BEGUN, DONE = "begun.json", "done.json"
IGNORED = ".gitignore"
_FORMAT = 2


class Entry(Struct, frozen=True):
    """One step: the SHA-256 of the file before and after, or the hash of a link; None if missing."""

    path: RelPath
    before: str | None
    after: str | None


class Journal(Struct, frozen=True):
    """The command of a run, its steps in order, and the folders it creates, the outermost first."""

    command: str
    entries: tuple[Entry, ...]
    folders: tuple[RelPath, ...]


def journal_of(root: Path, steps: Sequence[Step], command: str) -> Journal:
    """The journal for these steps."""
    entries = tuple(Entry(step.path, _hash(step.before), _hash(step.after)) for step in steps)
    needed = {RelPath(parent) for step in steps if step.after for parent in step.path.parents}
    return Journal(
        command, entries, tuple(folder for folder in sorted(needed) if not (root / folder).exists())
    )


def _hash(file: Replaceable | FileBlob | None) -> str | None:
    if file is None:
        return None
    if isinstance(file, FileBlob) and file.is_link:
        return link_hash(file.content)
    return file.sha256


class NotOurs(Exception):
    """A journal that was not written in this folder."""


def mark_of(folder: Folder) -> str:
    """A unique mark of this project's `.blueprint/local`; empty if there is none."""
    status = folder.status(f"{LOCAL}/{IGNORED}")
    return stamp_of(status) if status else ""


def write_journal(journal: Journal, mark: str, folder: Folder, name: str) -> None:
    """Write the journal durably."""
    entries = [asdict(entry) for entry in journal.entries]
    data = {"format": _FORMAT, "mark": mark, **asdict(journal), "entries": entries}
    folder.create(name, json.dumps(data, indent=1).encode())
    folder.flush(name)


def read_journal(folder: Folder, path: str) -> Journal:
    """The journal at this path of a project.

    Raises OSError, ValueError for what is no journal, NotOurs for one that was not written here.
    """
    data = json.loads(folder.read(path))
    try:
        entries = tuple(
            Entry(RelPath(each["path"]), each["before"], each["after"]) for each in data["entries"]
        )
        folders = tuple(RelPath(folder) for folder in data["folders"])
        journal = Journal(str(data["command"]), entries, folders)
        mark = data.get("mark")
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a journal: {path}") from error
    # Never trust a journal that writes into a git repository, such as a hook.
    if any(is_of_git(each) for each in (*folders, *(entry.path for entry in entries))):
        raise ValueError(f"not a journal of ours: {path}")
    if not mark or mark != mark_of(folder):
        raise NotOurs
    return journal
