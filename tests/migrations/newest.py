"""The newest SQLite, compiled from the source that npm's better-sqlite3 brings."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.support.programs import require

PACKAGE = "better-sqlite3@12"
SOURCE = "package/deps/sqlite3/sqlite3.c"
DROPS_RULES = (3, 53)


def newest_sqlite(folder: Path) -> Path:
    """A folder for LD_LIBRARY_PATH in which Python finds it."""
    subprocess.run([require("npm"), "pack", "--silent", PACKAGE], cwd=folder, check=True, timeout=280)
    [archive] = folder.glob("better-sqlite3-*.tgz")
    with tarfile.open(archive) as content:
        content.extract(SOURCE, folder, filter="data")
    library = folder / "libsqlite3.so.0"
    features = ("-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_COLUMN_METADATA", "-DSQLITE_ENABLE_MATH_FUNCTIONS")
    command = [
        require("gcc"),
        "-O0",
        "-fPIC",
        "-shared",
        *features,
        SOURCE,
        "-o",
        str(library),
        "-lm",
        "-lpthread",
    ]
    subprocess.run(command, cwd=folder, check=True, timeout=280)
    assert version_of(folder) >= DROPS_RULES
    return folder


def version_of(folder: Path | None) -> tuple[int, ...]:
    """Of the SQLite that a Python uses that looks for it there."""
    program = "import json, sqlite3; print(json.dumps(sqlite3.sqlite_version_info))"
    variables = {"LD_LIBRARY_PATH": str(folder)} if folder else {}
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, check=True)
    return tuple(json.loads(done.stdout))
