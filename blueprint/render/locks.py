"""Combine requirements of several packs into one lock file with hashes for pip and uv."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.plan.model import Origin
from blueprint.requirements import Locked, read_lock, write_lock


def merged_lock(origins: Iterable[Origin]) -> str:
    """All requirements, each once, sorted by name.

    Raises PackError if two packs require different versions of a package, or for an invalid line.
    """
    first: dict[tuple[str, str], tuple[str, str]] = {}
    entries: list[Locked] = []
    for origin in origins:
        text = origin.file.location.read_text(encoding="utf-8")
        try:
            lock = read_lock(text)
        except ValueError as error:
            message = f"not a requirement with a version and hashes: {error}"
            raise PackError(Problem("bad-pack", message, path=str(origin.file.location))) from error
        for entry in lock:
            other, pack = first.setdefault(entry.key, (entry.head, origin.pack.label))
            if other != entry.head:
                message = f"{pack} takes {other}, {origin.pack.label} takes {entry.head}"
                raise PackError(Problem("pack-conflict", message, path=str(origin.file.location)))
        entries += lock
    return write_lock(entries)
