"""How a project is run: `.blueprint/run.json` and `.env.example`.

`{package}`, `{project}`, `{process}` and `{peers}` are filled in here. What is known only when the processes
start (`{port}`, `{data}`, `{orders.url}`) stays for whoever starts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from blueprint.catalog.model import Gateway, Helper, Pack, Program, Running, Variable
from blueprint.documents.text import to_json
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
    """The text of run.json; None where no pack says how a process is started."""
    running = _running_of(packs)
    if running.process is None:
        return None
    variables = variables_of(spec, packs)
    processes = [
        _process(running.process, each, _names(spec, each, deployables), variables) for each in deployables
    ]
    if running.migrations is not None:
        for process, each in zip(processes, deployables, strict=True):
            process["migrations"] = _filled(running.migrations, _names(spec, each, deployables))
    if running.helper is not None:
        processes.append(_helper(running.helper, _project_names(spec)))
    if running.gateway is not None:
        processes.append(_gateway(running.gateway, deployables))
    description: dict[str, object] = {
        "version": 1,
        "name": spec.name,
        "pattern": spec.pattern,
        "environment": running.environment,
        "dotenv": _dotenv(running.secrets, spec) if running.secrets else None,
        "data": _DATA,
        "processes": processes,
        "entry": processes[-1]["name"],
        "smoke": running.smoke and _filled(running.smoke, _project_names(spec)),
        "openapi": running.openapi and _filled(running.openapi, _project_names(spec)),
    }
    settings = settings_in(spec)
    if shared := {
        each.name: _fill(each.value or "", _project_names(spec))
        for each in variables
        if each.shared and each not in settings
    }:
        description["shared"] = shared
    if settings:
        description["private"] = {
            each.name: [one.name for one in deployables if has(one, each)] for each in settings
        }
    return to_json(description)


def environment_example(
    spec: Spec, packs: tuple[Pack, ...], deployables: tuple[Deployable, ...]
) -> str | None:
    """The text of .env.example: each variable once, with the value of the first process that has it."""
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


def _dotenv(secrets: tuple[str, ...], spec: Spec) -> dict[str, object]:
    """Names what has to be in the file: a service may get another secret when it is there already."""
    dotenv: dict[str, object] = {"path": _DOTENV, "command": _filled(secrets, _project_names(spec))}
    settings = (setting for service in spec.services for setting in service.settings)
    made_up = sorted({setting.name.env for setting in settings if setting.made_up})
    return {**dotenv, "names": made_up} if made_up else dotenv


def _running_of(packs: Iterable[Pack]) -> Running:
    """Each part from the highest layer that has it."""
    chosen = {
        part: value
        for pack in packs
        for part in Running.__struct_fields__
        if (value := getattr(pack.running, part)) is not None
    }
    return Running(**chosen)


def _process(
    program: Program, deployable: Deployable, names: Strings, variables: Iterable[Variable]
) -> dict[str, object]:
    return {
        "name": deployable.name,
        "command": _filled(program.command, names),
        "ready": program.ready,
        "env": {
            variable.name: _fill(variable.value, names)
            for variable in variables
            if variable.value is not None and not variable.shared and has(deployable, variable)
        },
    }


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
    }


def _project_names(spec: Spec) -> Strings:
    return {"project": spec.name, "package": spec.name.package}


def _names(spec: Spec, deployable: Deployable, deployables: Iterable[Deployable]) -> Strings:
    others = (each for each in deployables if each != deployable)
    peers = "&".join(
        f"{service.name.snake}={{{each.name}.url}}" for each in others for service in each.services
    )
    return {**_project_names(spec), "process": deployable.name.entrypoint, "peers": peers}


def _filled(texts: Iterable[str], names: Strings) -> list[str]:
    return [_fill(text, names) for text in texts]


def _fill(text: str, names: Strings) -> str:
    return re.sub(r"\{([a-z]+)\}", lambda found: names.get(found[1], found[0]), text)


def _on_hosts(value: str, data: str) -> str:
    """The value where each process is on a host of its own name, with its data in this folder."""
    with_urls = re.sub(r"\{([a-z0-9-]+)\.url\}", rf"http://\1:{_PORT}", value)
    return _fill(with_urls, {"data": data, "port": _PORT, "drain": _DRAIN})
