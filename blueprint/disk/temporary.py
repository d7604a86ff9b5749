"""Temporary files and folders."""

from __future__ import annotations

import tempfile
from pathlib import Path


def temporary_place() -> Path:
    """The folder for temporary files, as configured by the user."""
    return Path(tempfile.gettempdir())


def new_temporary_folder(above: Path, prefix: str) -> Path:
    """An empty folder, readable only by its owner. Raises OSError."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=above))


def new_temporary_file(prefix: str, suffix: str) -> tuple[int, Path]:
    """An open, empty file, readable only by its owner, which the caller closes. Raises OSError."""
    descriptor, path = tempfile.mkstemp(prefix=prefix, suffix=suffix)
    return descriptor, Path(path)
