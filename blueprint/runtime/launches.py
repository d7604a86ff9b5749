"""From the description to commands: placeholders filled in, ports chosen."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from blueprint.runtime.description import Description, Program
from blueprint.runtime.instances import names_of
from blueprint.runtime.placeholders import fill, placeholders
from blueprint.runtime.ports import free_ports
from blueprint.runtime.tools import locate

HOST = "127.0.0.1"
DRAIN_SECONDS = 2
"""For which one of several still answers after SIGTERM: the gateway asks twice a second who is ready."""


class Launch(Struct, frozen=True):
    """One process, ready to be started; `migrations` prints what ran in its database."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    directory: Path
    port: int
    ready: str
    migrations: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"


class Wiring(Struct, frozen=True):
    """All processes of one start, and what to run once they are ready."""

    launches: tuple[Launch, ...]
    entry: Launch
    smoke: Launch | None


def wire(
    description: Description,
    project: Path,
    python: str,
    variables: Mapping[str, str],
    instances: Mapping[str, int],
) -> Wiring:
    """Choose a free port for each process and fill in its command and environment.

    `variables` are what every process gets, but for those that are private to others. They win over what the
    description shares out to all; what it says about one process wins over them. `instances` are the programs
    with more than one process.

    Raises:
        MachineError: a program or a free port is missing.
    """
    given = {each.unless for each in description.programs if each.unless in variables}
    programs = [each for each in description.programs if each.unless is None or each.unless not in given]
    names = {program.name: names_of(program.name, instances) for program in programs}
    free = iter(free_ports(sum(map(len, names.values()))))
    ports = {name: tuple(next(free) for _ in each) for name, each in names.items()}
    values = _values(description, project, python, ports)

    def variables_of(process: str) -> dict[str, str]:
        own = {**values, "process": process.replace("-", "_")}
        shared = {key: fill(value, own) for key, value in description.shared.items()}
        hidden = {key for key, readers in description.private.items() if process not in readers}
        return {key: value for key, value in {**shared, **variables}.items() if key not in hidden}

    launches = tuple(
        _launch(
            _Place(name, project, port, len(names[program.name]) > 1),
            program,
            values,
            variables_of(program.name),
            given,
        )
        for program in programs
        for name, port in zip(names[program.name], ports[program.name], strict=True)
    )
    entry = next(launch for launch in launches if launch.name == description.entry)
    smoke = None
    if description.smoke:
        command = tuple(fill(part, values) for part in description.smoke)
        smoke = Launch("smoke", command, variables_of("smoke"), project, entry.port, entry.ready)
    return Wiring(launches, entry, smoke)


class _Place(Struct, frozen=True):
    """What tells one process from the others of its program."""

    name: str
    directory: Path
    port: int
    is_one_of_several: bool


def _launch(
    place: _Place,
    program: Program,
    values: Mapping[str, str],
    variables: Mapping[str, str],
    given: Container[str | None],
) -> Launch:
    drain = DRAIN_SECONDS if place.is_one_of_several else 0
    own = {**values, "port": str(place.port), "drain": str(drain)}
    described = {key: fill(value, own) for key, value in program.env.items() if key not in given}
    return Launch(
        name=place.name,
        command=tuple(fill(part, own) for part in program.command),
        env={**variables, **described},
        directory=place.directory,
        port=place.port,
        ready=program.ready,
        migrations=tuple(fill(part, own) for part in program.migrations),
    )


def _values(
    description: Description, project: Path, python: str, ports: Mapping[str, Sequence[int]]
) -> dict[str, str]:
    values = {
        "python": python,
        "data": str(project / description.data),
        "url": f"http://{HOST}:{ports[description.entry][0]}",
    }
    if any("caddy" in placeholders(part) for program in description.programs for part in program.command):
        values["caddy"] = locate("caddy")
    for name, each in ports.items():
        values |= {
            f"{name}.port": str(each[0]),
            f"{name}.url": ",".join(f"http://{HOST}:{port}" for port in each),
            f"{name}.address": " ".join(f"{HOST}:{port}" for port in each),
        }
    return values
