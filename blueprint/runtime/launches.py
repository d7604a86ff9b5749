"""From the description to commands: placeholders filled in, ports chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from blueprint.runtime.description import Description, Program
from blueprint.runtime.placeholders import fill, placeholders
from blueprint.runtime.ports import free_ports
from blueprint.runtime.tools import locate

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Launch:
    """One process, ready to be started."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    directory: Path
    port: int
    ready: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"


@dataclass(frozen=True, slots=True)
class Wiring:
    """All processes of one start, and what to run once they are ready."""

    launches: tuple[Launch, ...]
    entry: Launch
    smoke: Launch | None


def wire(description: Description, project: Path, python: str, variables: Mapping[str, str]) -> Wiring:
    """Choose a free port for each program and fill in its command and environment.

    `variables` are what every process gets. They win over a value that is the same in all processes, as
    the address of a broker is: that is a default. What differs between processes stays as it is described.

    Raises:
        MachineError: a program or a free port is missing.
    """
    ports = dict(
        zip((each.name for each in description.programs), free_ports(len(description.programs)), strict=True)
    )
    values = _values(description, project, python, ports)
    chosen = {key: variables[key] for key in _defaults(description) if key in variables}
    launches = tuple(
        _launch(program, ports[program.name], project, values, variables, chosen)
        for program in description.programs
    )
    entry = next(launch for launch in launches if launch.name == description.entry)
    smoke = None
    if description.smoke:
        command = tuple(fill(part, values) for part in description.smoke)
        smoke = Launch("smoke", command, variables, project, entry.port, entry.ready)
    return Wiring(launches, entry, smoke)


def _defaults(description: Description) -> Iterator[str]:
    """The variables that have one value in all processes, and that is not chosen for this start."""
    seen: dict[str, set[str]] = {}
    for program in description.programs:
        for key, value in program.env.items():
            seen.setdefault(key, set()).add(value)
    one_value = ((key, *found) for key, found in seen.items() if len(found) == 1)
    return (key for key, value in one_value if set(placeholders(value)) <= {"data"})


def _launch(
    program: Program,
    port: int,
    project: Path,
    values: Mapping[str, str],
    variables: Mapping[str, str],
    chosen: Mapping[str, str],
) -> Launch:
    own = {**values, "port": str(port)}
    return Launch(
        name=program.name,
        command=tuple(fill(part, own) for part in program.command),
        env={**variables, **{key: fill(value, own) for key, value in program.env.items()}, **chosen},
        directory=project,
        port=port,
        ready=program.ready,
    )


def _values(description: Description, project: Path, python: str, ports: Mapping[str, int]) -> dict[str, str]:
    values = {
        "python": python,
        "data": str(project / description.data),
        "url": f"http://{HOST}:{ports[description.entry]}",
    }
    if any("caddy" in placeholders(part) for program in description.programs for part in program.command):
        values["caddy"] = locate("caddy")
    for name, port in ports.items():
        values |= {
            f"{name}.port": str(port),
            f"{name}.url": f"http://{HOST}:{port}",
            f"{name}.address": f"{HOST}:{port}",
        }
    return values
