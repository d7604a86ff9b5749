"""What a run is about to change, written down before it does: enough to take all of it back.

A run's folder, `.blueprint/local/change`, holds for its n-th step `new/n` and `old/n`, and the journal.
Under the name of a journal that has begun, files may have changed; under that of one that is done, all of
them have.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Step
from blueprint.workspace.found import Found
from blueprint.workspace.record import LOCAL, is_of_git

CHANGE = f"{LOCAL}/change"
LAST = f"{LOCAL}/last"
BEGUN, DONE = "begun.json", "done.json"
_FORMAT = 1


class Entry(Struct, frozen=True):
    """One step: the SHA-256 of the file before and after; None where there is none."""

    path: RelPath
    before: str | None
    after: str | None


class Journal(Struct, frozen=True):
    """The command of a run, its steps in order, and the folders that it makes, the outermost first."""

    command: str
    entries: tuple[Entry, ...]
    folders: tuple[RelPath, ...]


def journal_of(root: Path, steps: Sequence[Step], command: str) -> Journal:
    """The journal of steps that are about to be taken."""
    entries = tuple(Entry(step.path, _hash(step.before), _hash(step.after)) for step in steps)
    needed = {RelPath(parent) for step in steps if step.after for parent in step.path.parents}
    return Journal(
        command, entries, tuple(folder for folder in sorted(needed) if not (root / folder).exists())
    )


def _hash(file: Found | FileBlob | None) -> str | None:
    return None if file is None else file.sha256


def write_journal(journal: Journal, file: Path) -> None:
    """The journal onto the disk, to stay."""
    entries = [asdict(entry) for entry in journal.entries]
    text = json.dumps({"format": _FORMAT, **asdict(journal), "entries": entries}, indent=1)
    with file.open("x", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def read_journal(file: Path) -> Journal:
    """The journal in this file. Raises OSError, or ValueError for what no run of ours has written."""
    data = json.loads(file.read_bytes())
    try:
        entries = tuple(
            Entry(RelPath(each["path"]), each["before"], each["after"]) for each in data["entries"]
        )
        folders = tuple(RelPath(folder) for folder in data["folders"])
        journal = Journal(str(data["command"]), entries, folders)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a journal: {file}") from error
    # A repository from elsewhere can bring a journal: that must not put a hook of git's into place.
    if any(is_of_git(entry.path) for entry in entries):
        raise ValueError(f"not a journal of ours: {file}")
    return journal
