"""Files and folders where the system keeps temporary ones."""

from __future__ import annotations

import tempfile
from pathlib import Path


def temporary_place() -> Path:
    """Where temporary files go, as the user has it."""
    return Path(tempfile.gettempdir())


def new_temporary_folder(above: Path, prefix: str) -> Path:
    """An empty folder that only its owner can read. Raises OSError."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=above))


def new_temporary_file(prefix: str, suffix: str) -> tuple[int, Path]:
    """An open, empty file that only its owner can read, which the caller closes. Raises OSError."""
    descriptor, path = tempfile.mkstemp(prefix=prefix, suffix=suffix)
    return descriptor, Path(path)
