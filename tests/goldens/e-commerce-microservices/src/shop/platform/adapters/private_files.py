"""Files that only the current user can read."""

import os
import stat
from contextlib import suppress
from pathlib import Path

import structlog

BESIDE = ("", "-journal", "-wal", "-shm")
"""Suffixes of the database file and of the files that SQLite creates with the same mode."""

log = structlog.get_logger()


def make_private(path: Path) -> None:
    """Create the file, or remove the permissions of other users. Failures are logged."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # SQLite reports a better error
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for file in (path.with_name(path.name + suffix) for suffix in BESIDE):
        try:
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                file.chmod(0o600)
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning("file is readable by other users", file=str(file), error=error.strerror)
