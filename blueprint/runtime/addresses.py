"""Where the processes of a running project answer, noted for other commands in the folder of its data.

Each run has a file of its own, named by its pid: runs that start different processes do not meet.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from blueprint.disk.folder import open_folder
from blueprint.runtime.description import Description
from blueprint.runtime.lifecycle import Running

_FOLDER = "run"
_FILES = "addresses-*.json"


@contextmanager
def addresses_noted(project: Path, description: Description) -> Iterator[None]:
    """Forget the addresses of runs that are dead, and at the end those of this run."""
    _living(project, description)
    try:
        yield
    finally:
        _remove(project, _path(description))


def note_addresses(project: Path, description: Description, running: Running) -> None:
    """Write down where each process answers; a run goes on where that is not possible."""
    text = json.dumps({service.name: service.url for service in running.services})
    with suppress(OSError), open_folder(project) as folder:
        folder.replace(_path(description), text.encode(), bits=0o600)


def noted_addresses(project: Path, description: Description) -> Mapping[str, tuple[str, ...]]:
    """Program to the URLs of its processes, without gateways and helpers; empty while nothing runs."""
    programs = [
        each.name for each in description.programs if each.name != description.entry and each.unless is None
    ] or [description.entry]
    urls: dict[str, tuple[str, ...]] = {}
    for file in _living(project, description):
        for process, url in _read(file).items():
            program = process.partition(".")[0]
            if program in programs:
                urls[program] = (*urls.get(program, ()), url)
    return urls


def _path(description: Description) -> str:
    return f"{description.data}/{_FOLDER}/{_FILES.replace('*', str(os.getpid()))}"


def _living(project: Path, description: Description) -> list[Path]:
    """The files of runs that live; those of others are removed."""
    living = []
    for file in sorted((project / description.data / _FOLDER).glob(_FILES)):
        if _lives(file.stem.rpartition("-")[2]):
            living.append(file)
        else:
            _remove(project, str(file.relative_to(project)))
    return living


def _remove(project: Path, path: str) -> None:
    with suppress(OSError), open_folder(project) as folder:
        folder.remove_file(path)


def _lives(pid: str) -> bool:
    if not pid.isdigit() or len(pid) > 9:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it belongs to another user
        return True
    return True


def _read(file: Path) -> Mapping[str, str]:
    try:
        noted = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    pairs = noted.items() if isinstance(noted, dict) else ()
    return {name: url for name, url in pairs if isinstance(url, str)}
