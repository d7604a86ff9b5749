"""Convert the description to commands: fill in placeholders, choose ports."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from blueprint.runtime.description import Description, Program, Watching
from blueprint.runtime.instances import names_of
from blueprint.runtime.kept_ports import ChoosePorts, any_ports
from blueprint.runtime.placeholders import fill, placeholders
from blueprint.runtime.tools import locate

HOST = "127.0.0.1"
DRAIN_SECONDS = 2
"""Seconds for which an instance still serves after SIGTERM: the gateway checks twice a second."""


class Launch(Struct, frozen=True):
    """A process to start; `migrations` and `data` print what is in its database.

    `arguments` follow the command if it inherits its listening socket, which is `{fd}` there.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    directory: Path
    port: int
    ready: str
    migrations: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"


class Wiring(Struct, frozen=True):
    """All processes to start, and the command to run once they are ready."""

    launches: tuple[Launch, ...]
    entry: Launch
    smoke: Launch | None


class Starting(Struct, frozen=True):
    """Which programs start, all if none is named, at which ports, and whether saved files restart them."""

    programs: frozenset[str] = frozenset()
    ports: ChoosePorts = any_ports
    watched: bool = False


ALL = Starting()


def wire(
    description: Description,
    project: Path,
    python: str,
    variables: Mapping[str, str],
    instances: Mapping[str, int],
    starting: Starting = ALL,
) -> Wiring:
    """Choose a port for each process and fill in its command and environment.

    `variables` are what every process gets, but for those that are private to others. They win over what the
    description shares out to all; what it says about one process wins over them. `instances` are the programs
    with more than one process.

    Raises:
        MachineError: a program is missing, or a port is taken.
    """
    given = {each.unless for each in description.programs if each.unless in variables}
    programs = [each for each in description.programs if each.unless is None or each.unless not in given]
    names = {program.name: names_of(program.name, instances) for program in programs}
    started = [each for each in programs if not starting.programs or each.name in starting.programs]
    ports = _ports(description, names, started, starting)
    values = _values(description, project, python, ports)

    def variables_of(process: str) -> dict[str, str]:
        own = {**values, "process": process.replace("-", "_")}
        shared = {key: fill(value, own) for key, value in description.shared.items() if key not in variables}
        hidden = {key for key, readers in description.private.items() if process not in readers}
        return {key: value for key, value in {**shared, **variables}.items() if key not in hidden}

    launches = tuple(
        _launch(
            _Slot(name, project, port, len(names[program.name]) > 1, starting.watched),
            program,
            values,
            variables_of(program.name),
            given,
        )
        for program in started
        for name, port in zip(names[program.name], ports[program.name], strict=True)
    )
    entry = next((launch for launch in launches if launch.name == description.entry), launches[0])
    smoke = None
    if description.smoke:
        command = tuple(fill(part, values) for part in description.smoke)
        smoke = Launch("smoke", command, variables_of("smoke"), project, entry.port, entry.ready)
    return Wiring(launches, entry, smoke)


def _ports(
    description: Description,
    names: Mapping[str, tuple[str, ...]],
    started: Sequence[Program],
    starting: Starting,
) -> dict[str, tuple[int, ...]]:
    """Program to the ports of its processes. The entry is numbered first."""
    order = sorted(names, key=lambda program: program != description.entry)
    processes = [name for program in order for name in names[program]]
    chosen = starting.ports(processes, {name for program in started for name in names[program.name]})
    return {program: tuple(chosen[name] for name in each) for program, each in names.items()}


class _Slot(Struct, frozen=True):
    """The instance-specific values of a process."""

    name: str
    directory: Path
    port: int
    is_one_of_several: bool
    is_watched: bool


def _launch(
    slot: _Slot,
    program: Program,
    values: Mapping[str, str],
    variables: Mapping[str, str],
    given: Container[str | None],
) -> Launch:
    drain = DRAIN_SECONDS if slot.is_one_of_several and not slot.is_watched else 0
    own = {**values, "port": str(slot.port), "drain": str(drain)}
    watching = program.watch if slot.is_watched else Watching()
    described = {key: fill(value, own) for key, value in program.env.items() if key not in given}
    return Launch(
        name=slot.name,
        command=tuple(fill(part, own) for part in program.command),
        env={**watching.env, **variables, **described},
        directory=slot.directory,
        port=slot.port,
        ready=program.ready,
        migrations=tuple(fill(part, own) for part in program.migrations),
        arguments=watching.arguments,
        data=tuple(fill(part, own) for part in program.data),
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
