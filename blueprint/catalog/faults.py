"""Errors in packs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from blueprint.errors import BlueprintError, Problem


class PackError(BlueprintError):
    """A pack is invalid. The spec is never the cause."""

    exit_code: ClassVar[int] = 3


@contextmanager
def readable(pack: Path) -> Iterator[None]:
    """Raise PackError if a file of the pack cannot be read inside the block."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "the disk reports a failure").lower()
        location = str(error.filename or pack)
        problem = Problem("bad-pack", f"a pack cannot be read: {reason}", "check its permissions", location)
        raise PackError(problem) from error
