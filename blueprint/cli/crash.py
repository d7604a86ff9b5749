"""Crash files for bug reports."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from blueprint import __version__
from blueprint.disk.temporary import new_temporary_file


def write_crash_file(argv: Sequence[str], traceback: str) -> str:
    """Write the traceback to a file that only the user can read; return its path."""
    handle, path = new_temporary_file("blueprint-crash-", ".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(
            f"backend-blueprint {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        )
        file.write(f"blueprint {' '.join(argv)}\n\n{traceback}")
    return str(path)
