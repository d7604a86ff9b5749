"""Who listens on a port of this machine: process, command and folder, as far as they can be read."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

_PROC = Path("/proc")
_LISTENING = "0A"
_LONGEST_COMMAND = 80


class Holder(Struct, frozen=True):
    """A process that listens; `command` and `folder` are empty where they cannot be read."""

    pid: int
    command: str = ""
    folder: str = ""

    def __str__(self) -> str:
        where = f" in {self.folder}" if self.folder else ""
        return f"pid {self.pid} ({self.command}{where})" if self.command else f"pid {self.pid}"


def holder_of(port: int) -> Holder | None:
    """The process that listens on this TCP port; None where that cannot be found out."""
    if (_PROC / "self/fd").is_dir():
        return _from_proc(port)
    return _from_lsof(port)


def _from_proc(port: int) -> Holder | None:
    wanted = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for folder in _PROC.glob("[0-9]*"):
        if wanted and wanted & set(_open_files(folder)):
            return Holder(int(folder.name), _command(folder), _working_folder(folder))
    return None


def _listening_inodes(port: int) -> Iterator[str]:
    for name in ("tcp", "tcp6"):
        try:
            lines = (_PROC / "net" / name).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _open_files(folder: Path) -> Iterator[str]:
    try:
        descriptors = list((folder / "fd").iterdir())
    except OSError:  # it has ended, or belongs to another user
        return
    for descriptor in descriptors:
        try:
            yield str(descriptor.readlink())
        except OSError:
            continue


def _command(folder: Path) -> str:
    try:
        words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    return _shortened(" ".join(words).strip())


def _working_folder(folder: Path) -> str:
    try:
        return str((folder / "cwd").readlink())
    except OSError:
        return ""


def _from_lsof(port: int) -> Holder | None:
    lsof = shutil.which("lsof")
    if lsof is None:
        return None
    done = subprocess.run(
        [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"], capture_output=True, text=True, check=False
    )
    fields = {line[:1]: line[1:] for line in reversed(done.stdout.splitlines())}
    return Holder(int(fields["p"]), _shortened(fields.get("c", ""))) if "p" in fields else None


def _shortened(command: str) -> str:
    return command if len(command) <= _LONGEST_COMMAND else f"{command[: _LONGEST_COMMAND - 3]}..."
