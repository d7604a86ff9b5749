"""Files that nobody else on this machine may read."""

import os
import stat
from contextlib import suppress
from pathlib import Path

import structlog

BESIDE = ("", "-journal", "-wal", "-shm")
"""The file itself, and what SQLite puts beside it, with the mode that the file has then."""

log = structlog.get_logger()


def make_private(path: Path) -> None:
    """Create the file, if it is not there, or take it away from others. What cannot be done is logged."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # SQLite says better what is wrong
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for file in (path.with_name(path.name + suffix) for suffix in BESIDE):
        try:
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                file.chmod(0o600)
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning("others on this machine may read it", file=str(file), error=error.strerror)
