"""The configuration of `blueprint run`: `.blueprint/run.json`, and `.env.example`.

`{package}`, `{project}`, `{process}`, `{peers}`, `{pool}` and `{connections}` are filled in here. Values
known only at startup (`{port}`, `{data}`, `{orders.url}`) stay as placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from blueprint.catalog.model import Gateway, Helper, Pack, Program, Running, Variable
from blueprint.documents.text import to_json
from blueprint.plan.connections import POOL, connections_of
from blueprint.plan.model import Deployable
from blueprint.plan.variables import has, settings_in, variables_of
from blueprint.spec.model import Spec

RUN_FILE = ".blueprint/run.json"
EXAMPLE_FILE = ".env.example"

_DOTENV = ".env"
_DATA = "var"
_PORT = "8000"
_DRAIN = "5"
_CONTAINER_DATA = "/data"
_EXAMPLE_HEADER = (
    "# What the processes read. `blueprint run` sets all of it; anywhere else it is for you to set.\n"
)

Strings = Mapping[str, str]


def run_description(spec: Spec, packs: tuple[Pack, ...], deployables: tuple[Deployable, ...]) -> str | None:
    """The text of run.json, or None if no pack defines how to start a process."""
    running = _running_of(packs)
    if running.process is None:
        return None
    variables = variables_of(spec, packs)
    processes = _processes(spec, packs, deployables, variables)
    description: dict[str, object] = {
        "version": 1,
        "name": spec.name,
        "pattern": spec.pattern,
        "environment": running.environment,
        "dotenv": _dotenv(running.secrets, spec) if running.secrets else None,
        "data": _DATA,
        "processes": processes,
        "entry": processes[-1]["name"],
        **({} if spec.port is None else {"port": spec.port}),
        "smoke": running.smoke and _filled(running.smoke, _project_names(spec)),
        "openapi": running.openapi and _filled(running.openapi, _project_names(spec)),
        **_checks(running, _project_names(spec)),
    }
    settings = settings_in(spec)
    if shared := {
        each.name: _fill(each.development or each.value or "", _project_names(spec))
        for each in variables
        if (each.shared or each.development is not None) and each not in settings
    }:
        description["shared"] = shared
    if settings:
        description["private"] = {
            each.name: [one.name for one in deployables if has(one, each)] for each in settings
        }
    return to_json(description)


def _processes(
    spec: Spec, packs: tuple[Pack, ...], deployables: tuple[Deployable, ...], variables: Iterable[Variable]
) -> list[dict[str, object]]:
    """The programs: one for each deployable, then helpers, then the gateway."""
    running = _running_of(packs)
    if running.process is None:
        return []
    processes = []
    for each in deployables:
        names = _names(spec, each, deployables)
        process = _process(running, running.process, each, names, variables)
        if calls := called_by(spec, each, deployables):
            process["calls"] = calls
        processes.append(process)
    helpers = [pack.running.helper for pack in packs if pack.running.helper]
    processes += [_helper(helper, _project_names(spec)) for helper in helpers]
    if running.gateway is not None:
        processes.append(_gateway(running.gateway, deployables))
    return processes


def environment_example(
    spec: Spec, packs: tuple[Pack, ...], deployables: tuple[Deployable, ...]
) -> str | None:
    """The text of .env.example: each variable once, with the value in its first process."""
    variables = variables_of(spec, packs)
    paragraphs = []
    for variable in variables:
        holder = next((each for each in deployables if has(each, variable)), None)
        if holder is not None:
            value = _fill(variable.value or "", _names(spec, holder, deployables))
            paragraphs.append(f"# {variable.about}\n{variable.name}={_on_hosts(value, _DATA)}\n")
    return "\n".join([_EXAMPLE_HEADER, *paragraphs]) if paragraphs else None


def container_value(
    variable: Variable, spec: Spec, deployable: Deployable, deployables: Iterable[Deployable]
) -> str:
    """The value of the variable in the container of the deployable; empty for a secret."""
    value = variable.value if variable.container is None else variable.container
    return _on_hosts(_fill(value or "", _names(spec, deployable, deployables)), _CONTAINER_DATA)


def _checks(running: Running, names: Strings) -> dict[str, object]:
    """How the project is tested and checked."""
    if running.test is None:
        return {}
    lint = {name: _filled(command, names) for name, command in (running.lint or {}).items()}
    return {"development": running.development, "test": _filled(running.test, names), "lint": lint}


def _dotenv(secrets: tuple[str, ...], spec: Spec) -> dict[str, object]:
    """The required names in the file, because a service can get another secret later."""
    dotenv: dict[str, object] = {"path": _DOTENV, "command": _filled(secrets, _project_names(spec))}
    settings = (setting for service in spec.services for setting in service.settings)
    made_up = sorted({setting.name.env for setting in settings if setting.made_up})
    return {**dotenv, "names": made_up} if made_up else dotenv


def _running_of(packs: Iterable[Pack]) -> Running:
    """Each key from the highest layer that has it."""
    chosen = {
        part: value
        for pack in packs
        for part in Running.__struct_fields__
        if (value := getattr(pack.running, part)) is not None
    }
    return Running(**chosen)


def _process(
    running: Running, program: Program, deployable: Deployable, names: Strings, variables: Iterable[Variable]
) -> dict[str, object]:
    asked = {"migrations": running.migrations, "data": running.data}
    return {
        "name": deployable.name,
        "command": _filled(program.command, names),
        "ready": program.ready,
        "env": {
            variable.name: _fill(variable.value, names)
            for variable in variables
            if variable.value is not None and not variable.shared and has(deployable, variable)
        },
        **_watching(program),
        **{name: _filled(command, names) for name, command in asked.items() if command is not None},
    }


def called_by(spec: Spec, caller: Deployable, deployables: Iterable[Deployable]) -> list[str]:
    """The other processes that take part in its workflows or react to its events."""
    own = {service.name for service in caller.services}
    events = {publication.event for service in caller.services for publication in service.publishes}
    called = {ref.service for each in spec.workflows if each.starts in own for ref in each.refs}
    called |= {
        service.name
        for service in spec.services
        for reaction in service.reactions
        if reaction.event in events
    }
    others = (each for each in deployables if each != caller)
    return [each.name for each in others if called & {service.name for service in each.services}]


def _watching(program: Program) -> dict[str, object]:
    parts = {"arguments": list(program.watch_arguments), "env": dict(program.watch_env)}
    found = {key: value for key, value in parts.items() if value}
    return {"watch": found} if found else {}


def _helper(helper: Helper, names: Strings) -> dict[str, object]:
    return {
        "name": helper.name,
        "command": _filled(helper.program.command, names),
        "ready": helper.program.ready,
        "env": {},
        "unless": helper.unless,
    }


def _gateway(gateway: Gateway, deployables: Iterable[Deployable]) -> dict[str, object]:
    addresses = {f"{each.name.env}_ADDRESS": f"{{{each.name}.address}}" for each in deployables}
    return {
        "name": gateway.name,
        "command": list(gateway.program.command),
        "ready": gateway.program.ready,
        "env": {"PORT": "{port}", **addresses},
        **_watching(gateway.program),
    }


def _project_names(spec: Spec) -> Strings:
    return {"project": spec.name, "package": spec.name.package}


def _names(spec: Spec, deployable: Deployable, deployables: Iterable[Deployable]) -> Strings:
    deployables = tuple(deployables)
    others = (each for each in deployables if each != deployable)
    peers = "&".join(
        f"{service.name.snake}={{{each.name}.url}}" for each in others for service in each.services
    )
    return {
        **_project_names(spec),
        "process": deployable.name.entrypoint,
        "peers": peers,
        "pool": str(POOL),
        "connections": str(connections_of(len(deployables))),
    }


def _filled(texts: Iterable[str], names: Strings) -> list[str]:
    return [_fill(text, names) for text in texts]


def _fill(text: str, names: Strings) -> str:
    return re.sub(r"\{([a-z]+)\}", lambda found: names.get(found[1], found[0]), text)


def _on_hosts(value: str, data: str) -> str:
    """The value if each process has a host with its name, and its data in this folder."""
    with_urls = re.sub(r"\{([a-z0-9-]+)\.url\}", rf"http://\1:{_PORT}", value)
    return _fill(with_urls, {"data": data, "port": _PORT, "drain": _DRAIN})
