"""Read files passed on the command line."""

from __future__ import annotations

from pathlib import Path

from blueprint.errors import MachineError, Problem, UsageError
from blueprint.spec.limits import MAX_BYTES


def read_input(path: Path, flag: str) -> bytes:
    """The content of the file, up to slightly more than the size limit.

    UsageError where there is none, MachineError where it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError) as error:
        message = "this is a folder, not a file" if path.is_dir() else "the file does not exist"
        raise UsageError(
            Problem("no-file", message, f"{flag} takes the path of a file", str(path))
        ) from error
    except OSError as error:
        reason = (error.strerror or "the disk reports an error").lower()
        hint = "check its permissions, or copy it to your own folder"
        raise MachineError(
            Problem("unreadable", f"cannot read the file: {reason}", hint, str(path))
        ) from error
