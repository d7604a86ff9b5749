"""Projects as somebody else commits them: each leads a command of the tool to the folder of a victim.

A trap gets the project before it is committed. `{victim}` in a command stands for the folder of the victim.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.unit.cli.projects import SPEC

Trap = Callable[[Path], None]

CHECK, SYNC, UNDO = ("check",), ("sync",), ("undo",)
ADD = ("add-service", "letters", "--field", "title: str")
COMPARE = ("compare", "-o", "report.md")
SMOKE = ("run", "--smoke")
AFTER = b"a file of the user's\n"


@dataclass(frozen=True)
class Clone:
    """A trap, and the commands that would fall into it.

    `code` is that of the refusal of all these, if they are refused, and `unpacked` the same where the project
    comes from an archive, so that git knows nothing of it.
    """

    trap: Trap
    commands: Sequence[tuple[str, ...]]
    code: str | None = None
    unpacked: str | None = None


def victim(folder: Path) -> None:
    """What the user has beside the clone: everything by the names that the tool uses."""
    for name in ("change", "last", "change/new", "change/old", "last/old", "run", "letters", "docs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in (
        *(".gitignore", "change/new/0", "change/old/0", "last/done.json", "last/old/0", "run/processes"),
        *("README.md", "lock.json", "base.jsonl", "report.md", "letters/api.py", "processes", "notes.txt"),
        "docs/openapi.json",
        "blueprint.yaml",
    ):
        (folder / name).write_bytes(SPEC.encode() if name == "blueprint.yaml" else AFTER)
    (folder / "empty").mkdir()


def linked(path: str, target: str) -> Trap:
    """A link in place of what is there."""

    def trap(project: Path) -> None:
        place = project / path
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)

    return trap


def journal(name: str, entries: Sequence[dict[str, str | None]], folders: Sequence[str] = ()) -> Trap:
    """A journal of a run that never was, and a link that it names."""

    def trap(project: Path) -> None:
        (project / "sub").symlink_to("../victim")
        (project / "notes.txt").write_bytes(AFTER)
        place = project / ".blueprint/local" / name
        (place.parent / "old").mkdir(parents=True)
        (place.parent / "old/0").write_bytes(b"theirs\n")
        (project / ".blueprint/local/.gitignore").write_text("")
        mark = (project / ".blueprint/local/.gitignore").stat()
        told = {"format": 2, "mark": f"{mark.st_ino} {mark.st_ctime_ns} {mark.st_size}", "command": "sync"}
        place.write_text(json.dumps({**told, "entries": entries, "folders": folders}))

    return trap


def _entry(path: str, before: str | None, after: str | None) -> dict[str, str | None]:
    return {"path": path, "before": before, "after": after}


HASH = hashlib.sha256(AFTER).hexdigest()
OURS, OUTSIDE = _entry("notes.txt", "0" * 64, HASH), _entry("sub/notes.txt", None, HASH)
OPENING = (CHECK, SYNC, ADD, UNDO)

LINK, TRACKED, FOREIGN = "link-in-the-way", "local-tracked", "journal-foreign"
CLONES = {
    "local is a link": Clone(linked(".blueprint/local", "../../victim"), OPENING, LINK, LINK),
    "the change in progress is a link": Clone(
        linked(".blueprint/local/change", "../../../victim/change"), OPENING, TRACKED, LINK
    ),
    "the last change is a link": Clone(
        linked(".blueprint/local/last", "../../../victim/last"), (UNDO,), TRACKED, LINK
    ),
    "the last change is a link, and gets another": Clone(
        linked(".blueprint/local/last", "../../../victim/last"), (CHECK, ADD)
    ),
    "the lock is a link": Clone(linked(".blueprint/lock.json", "../../victim/lock.json"), (SYNC,)),
    "the base is a link": Clone(linked(".blueprint/base.jsonl", "../../victim/base.jsonl"), (ADD,)),
    "a journal that has begun restores a file": Clone(
        journal("change/begun.json", [OURS]), OPENING, TRACKED, FOREIGN
    ),
    "a journal that has begun removes behind a link": Clone(
        journal("change/begun.json", [OUTSIDE], ["sub/empty"]), OPENING, TRACKED, FOREIGN
    ),
    "a journal that is done removes folders behind a link": Clone(
        journal("change/done.json", [_entry("sub/empty/x", HASH, None)]), OPENING, TRACKED, FOREIGN
    ),
    "a journal of the last change is taken back": Clone(
        journal("last/done.json", [OURS]), (UNDO,), TRACKED, "nothing-to-undo"
    ),
    "the folder of a new service is a link": Clone(
        linked("src/shop/letters", "../../../victim/letters"), (ADD, SYNC)
    ),
    "a file of the tool is a link": Clone(linked("README.md", "../victim/README.md"), (ADD, SYNC)),
    "a folder of the tool is a link": Clone(linked("docs", "../victim/docs"), (ADD, SYNC)),
    "the spec is a link": Clone(linked("blueprint.yaml", "../victim/blueprint.yaml"), (ADD,)),
    "the data is a link": Clone(linked("var", "../victim"), (SMOKE,), LINK, LINK),
    "the folder of the run is a link": Clone(linked("var/run", "../../victim/run"), (SMOKE,), LINK, LINK),
    "the record of processes is a link": Clone(
        linked("var/run/processes", "../../../victim/processes"), (SMOKE,), LINK, LINK
    ),
    "a database is a link to nothing": Clone(
        linked("var/little.db", "../../victim/new.db"), (SMOKE,), LINK, LINK
    ),
    "a folder of the data is a link": Clone(linked("var/caddy", "../../victim"), (SMOKE,), LINK, LINK),
    "the report is a link": Clone(linked("report.md", "../victim/report.md"), (COMPARE,), LINK, LINK),
    "the folder of the report is a link": Clone(
        linked("out", "../victim"), (("compare", "-o", "out/report.md"),), LINK, LINK
    ),
}
"""By what somebody would try."""
