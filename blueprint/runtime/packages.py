"""What is installed in an environment, by what installers have written down there."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

_RECORDS = "lib/python*/site-packages/*.dist-info/RECORD"


def packages_digest(folder: Path) -> str:
    """Differs where a package was added, removed or replaced by another version."""
    digest = hashlib.sha256()
    for record in _records(folder):
        digest.update(record.parent.name.encode() + b"\0" + record.read_bytes() + b"\0")
    return digest.hexdigest()


def is_complete(folder: Path) -> bool:
    """Whether every file of every package is there, as long as it was when it was installed."""
    return all(_is_whole(record) for record in _records(folder))


def _records(folder: Path) -> list[Path]:
    return sorted(folder.glob(_RECORDS))


def _is_whole(record: Path) -> bool:
    place = record.parents[1]
    with record.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        rows = [row for row in csv.reader(lines) if len(row) == 3 and not row[0].endswith("/RECORD")]
    return all(_is_as_long(f"{place}/{name}", size) for name, _, size in rows)


def _is_as_long(file: str, size: str) -> bool:
    """What is compiled has no length there."""
    try:
        return not size or Path(file).stat().st_size == int(size)
    except (OSError, ValueError):
        return False
