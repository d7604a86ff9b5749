"""The same ports at every start: numbered from a base, and kept for the project."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import DecodeError, Struct
from msgspec.json import decode, encode

from blueprint.disk.folder import open_folder
from blueprint.errors import MachineError, Problem, UsageError
from blueprint.runtime.port_holders import holder_of
from blueprint.runtime.ports import free_ports, why_taken

DEFAULT_BASE = 8000
AUTO = "auto"
ChoosePorts = Callable[[Sequence[str], Collection[str]], Mapping[str, int]]
"""From the names of all processes, and of those that start, to the port of each."""

_FILE = "ports.json"
_HIGHEST = 65535


class _Kept(Struct, frozen=True):
    """What the file holds: the base, and the port of each process by name."""

    base: int
    ports: dict[str, int]


def read_base(written: str | None, source: str) -> int | str | None:
    """The port of the gateway that is asked for, `auto` for any free ones, None where nothing is.

    Raises:
        UsageError: it is neither; `source` says where it was written.
    """
    if not written or written == AUTO:
        return written or None
    if written.isascii() and written.isdigit() and 1 <= int(written[:9]) <= _HIGHEST:
        return int(written)
    message = f"{source} takes a number from 1 to {_HIGHEST} or {AUTO}, not {written[:40]!r}"
    raise UsageError(Problem("bad-port", message, f"write it as {source}={DEFAULT_BASE}"))


def any_ports(names: Sequence[str], _starting: Collection[str] = ()) -> Mapping[str, int]:
    """Free ports, other ones each time. Raises MachineError where there are too few."""
    return dict(zip(names, free_ports(len(names)), strict=True))


def kept_ports(project: Path, folder: str, base: int | None) -> ChoosePorts:
    """Ports that are kept in this folder of the project; another base than the kept one numbers them anew."""

    def choose(names: Sequence[str], starting: Collection[str]) -> Mapping[str, int]:
        kept = _read(project / folder / _FILE)
        if base is not None and kept.base != base:
            kept = _Kept(base, {})
        ports = _numbered(names, kept)
        _refuse_taken({name: port for name, port in ports.items() if name in starting})
        with suppress(OSError), open_folder(project) as root:
            root.replace(f"{folder}/{_FILE}", encode(_Kept(kept.base, ports)), bits=0o600)
        return {name: ports[name] for name in names}

    return choose


def _read(file: Path) -> _Kept:
    try:
        return decode(file.read_bytes(), type=_Kept)
    except (OSError, DecodeError):
        return _Kept(DEFAULT_BASE, {})


def _numbered(names: Sequence[str], kept: _Kept) -> dict[str, int]:
    """The kept ports, and the numbers that follow the highest one for names without."""
    ports = dict(kept.ports)
    following = max([kept.base - 1, *ports.values()]) + 1
    for name in names:
        if name not in ports:
            ports[name] = following
            following += 1
    if following - 1 > _HIGHEST:
        message = f"{len(names)} processes have no room from port {kept.base} to {_HIGHEST}"
        raise UsageError(Problem("bad-port", message, f"choose a lower one: --port={DEFAULT_BASE}"))
    return ports


def _refuse_taken(ports: Mapping[str, int]) -> None:
    problems = [
        _taken(name, port, reason) for name, port in ports.items() if (reason := why_taken(port)) is not None
    ]
    if problems:
        raise MachineError(problems)


def _taken(name: str, port: int, reason: str) -> Problem:
    hint = f"choose another one, such as --port={port + 100}, or any free ones: --port={AUTO}"
    if reason:
        return Problem("port-taken", f"port {port} of {name} cannot be used: {reason}", hint)
    holder = holder_of(port)
    by = f"taken by {holder}" if holder else "taken by a program of another user"
    return Problem("port-taken", f"port {port} of {name} is {by}", f"stop it, or {hint}")
