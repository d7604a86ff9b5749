"""Inspect the installed packages of an environment, from the installers' records."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

_RECORDS = "lib/python*/site-packages/*.dist-info/RECORD"


def packages_digest(folder: Path) -> str:
    """A digest that changes when a package is added, removed or updated."""
    digest = hashlib.sha256()
    for record in _records(folder):
        digest.update(record.parent.name.encode() + b"\0" + record.read_bytes() + b"\0")
    return digest.hexdigest()


def is_complete(folder: Path) -> bool:
    """Whether all files of all packages exist with their recorded size."""
    return all(_is_whole(record) for record in _records(folder))


def _records(folder: Path) -> list[Path]:
    return sorted(folder.glob(_RECORDS))


def _is_whole(record: Path) -> bool:
    site_packages = record.parents[1]
    with record.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        rows = [row for row in csv.reader(lines) if len(row) == 3 and not row[0].endswith("/RECORD")]
    return all(_is_as_long(f"{site_packages}/{name}", size) for name, _, size in rows)


def _is_as_long(file: str, size: str) -> bool:
    """Whether the size matches; records contain no size for compiled files."""
    try:
        return not size or Path(file).stat().st_size == int(size)
    except (OSError, ValueError):
        return False
