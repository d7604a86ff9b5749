"""Convert OSErrors to MachineErrors with readable messages."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blueprint.errors import MachineError, Problem

_KNOWN = {
    errno.ENOSPC: ("disk-full", "the disk is full", "free some space or choose a folder on another disk"),
    errno.EDQUOT: ("quota-exceeded", "your disk quota is used up", "free some space or ask for more quota"),
    errno.EROFS: ("read-only-disk", "the disk is mounted read-only", "choose a folder on another disk"),
    errno.EACCES: ("no-permission", "no permission to write here", "choose a folder you own"),
    errno.EPERM: ("no-permission", "no permission to write here", "choose a folder you own"),
    errno.EIO: ("disk-failure", "the disk reports an error", "check the disk, then try again"),
    errno.EMFILE: (
        "too-many-open-files",
        "too many files are open",
        "increase the limit with `ulimit -n 1024`",
    ),
    errno.ENFILE: ("too-many-open-files", "too many files are open", "close some programs, then try again"),
    errno.ENAMETOOLONG: ("path-too-long", "the path is too long for this disk", "choose a shorter path"),
}


def machine_error(error: OSError, path: Path) -> MachineError:
    """The failure as a MachineError about `path`, as named by the user."""
    code, message, hint = _KNOWN.get(
        error.errno or 0,
        ("disk-error", os.strerror(error.errno or errno.EIO).lower(), "check the folder, then try again"),
    )
    return MachineError(Problem(code, message, hint, str(path)))


@contextmanager
def machine_errors(path: Path) -> Iterator[None]:
    """Convert an OSError in the block to a MachineError about `path`."""
    try:
        yield
    except OSError as error:
        raise machine_error(error, path) from error
