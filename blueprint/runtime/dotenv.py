"""Create, read and complete the `.env` file."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from blueprint.disk.faults import LinkInTheWay
from blueprint.disk.folder import open_folder
from blueprint.errors import MachineError, Problem, SystemFailed


def make_dotenv(path: Path, command: Sequence[str], directory: Path, env: Mapping[str, str]) -> None:
    """Write the output of the command, run in `directory`, to a file readable only by its owner.

    Raises:
        SystemFailed: the command failed.
        MachineError: the file cannot be written.
        ConflictError: a link is in the way.
    """
    _write(path, _output(path, command, directory, env), directory)


def complete_dotenv(
    path: Path, command: Sequence[str], directory: Path, env: Mapping[str, str], names: Collection[str]
) -> None:
    """Add the lines of these names to the file, each with its comments, as the command prints them.

    All other lines stay. Raises the same errors as `make_dotenv`, and LinkInTheWay if the file is a link.
    """
    if path.is_symlink():
        raise LinkInTheWay(str(path))
    lines = _output(path, command, directory, env).decode(errors="surrogateescape").splitlines()
    added = "".join(f"{line}\n" for name in names for line in _paragraph(lines, name))
    text = path.read_bytes()
    gap = b"" if not text or text.endswith(b"\n") else b"\n"
    _write(path, text + gap + added.encode(errors="surrogateescape"), directory)


def _paragraph(lines: Sequence[str], name: str) -> Sequence[str]:
    """The line that sets the name, with the comments directly above it."""
    last = next((index for index, line in enumerate(lines) if line.startswith(f"{name}=")), None)
    if last is None:
        return ()
    first = last
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return lines[first : last + 1]


def _output(path: Path, command: Sequence[str], directory: Path, env: Mapping[str, str]) -> bytes:
    made = subprocess.run(
        command, cwd=directory, env=env, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    if made.returncode != 0:
        last = made.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["it printed nothing"]
        message = f"the command that generates {path.name} failed with exit code {made.returncode}: {last[0]}"
        raise SystemFailed(Problem("dotenv-failed", message))
    return made.stdout


def _write(path: Path, content: bytes, directory: Path) -> None:
    try:
        with open_folder(directory) as folder:
            folder.replace(path.relative_to(directory).as_posix(), content, bits=0o600)
    except OSError as error:
        problem = Problem("cannot-write", f"cannot write {path}: {error.strerror}", "check its permissions")
        raise MachineError(problem) from error


def read_dotenv(path: Path) -> dict[str, str]:
    """The variables in the file, as in `parse_dotenv`."""
    return parse_dotenv(path.read_text(encoding="utf-8", errors="surrogateescape"))


def parse_dotenv(text: str) -> dict[str, str]:
    """The KEY=VALUE lines of the text, without comments, blank lines and quotes around values."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        key, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not key.startswith("#"):
            values[key.strip()] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
