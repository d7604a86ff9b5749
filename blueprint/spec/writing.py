"""Write a service as idiomatic YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from blueprint.spec.model import Action, Field, Route, Service

WIDEST = 100

# A mapping, a list or text in YAML.
Written = Mapping[str, "Written"] | Sequence[str] | str

_NEEDS_QUOTES = re.compile(r"[\[\]{},#&*!|'\"%@`]|: |^[-?:] |^$")


def service_lines(service: Service, unit: int) -> list[str]:
    """The entry of the service in `services`, with `unit` spaces of indentation per level."""
    return list(_lines(service.name, _service(service), "", " " * unit))


def service_in_line(service: Service) -> str:
    """The same in one line, for a file in flow style."""
    return f"{service.name}: {_flow(_service(service))}"


def _service(service: Service) -> Mapping[str, Written]:
    parts: dict[str, Written] = {}
    if service.own_singular is not None:
        parts["singular"] = service.own_singular
    if service.resource is not None:
        parts["resource"] = _fields(service.resource)
    if service.actions:
        parts["actions"] = {action.name: _action(action) for action in service.actions}
    if service.publishes:
        parts["publishes"] = {each.occurrence: each.event for each in service.publishes}
    if service.reactions:
        parts["reacts_to"] = {each.event: each.action for each in service.reactions}
    tables: Mapping[str, Mapping[str, Written]] = {
        "settings": {setting.name: str(setting) for setting in service.settings},
        "jobs": {job.action: str(job.schedule) for job in service.jobs},
        "routes": {str(route): _options(route) for route in service.routes},
    }
    return parts | {key: table for key, table in tables.items() if table}


def _options(route: Route) -> Mapping[str, Written]:
    body = {"body": route.size} if route.body is not None else {}
    return {**body, **({"form": "true"} if route.form else {})}


def _action(action: Action) -> Mapping[str, Written]:
    parts: dict[str, Written] = {}
    if action.inputs:
        parts["in"] = _fields(action.inputs)
    if action.outputs:
        parts["out"] = _fields(action.outputs)
    if action.refuses:
        parts["refuses"] = action.refuses
    if action.undo is not None:
        parts["undo"] = action.undo
    if action.external:
        parts["external"] = "true"
    return parts


def _fields(fields: Sequence[Field]) -> Mapping[str, str]:
    return {field.name: str(field) for field in fields}


def _lines(key: str, value: Written, indentation: str, step: str) -> Iterator[str]:
    """Short values in one line, others with a line for each entry."""
    line = f"{indentation}{key}: {_flow(value)}"
    is_short = len(step) + len(line) <= WIDEST  # one level deeper in the file, in `services`
    at_a_glance = is_short and (_depth(value) <= 1 or (len(value) == 1 and _depth(value) <= 2))
    if at_a_glance and indentation or not isinstance(value, Mapping):
        yield line
        return
    yield f"{indentation}{key}:"
    for inner, part in value.items():
        yield from _lines(inner, part, indentation + step, step)


def _depth(value: Written) -> int:
    if isinstance(value, str) or not value:
        return 0
    return 1 + max(map(_depth, value.values() if isinstance(value, Mapping) else value))


def _flow(value: Written) -> str:
    if isinstance(value, str):
        return _quoted(value) if _NEEDS_QUOTES.search(value) else value
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    return f"[{', '.join(map(_flow, value))}]"


def _key(key: str) -> str:
    """Quote it in flow style, where a parameter in a path would end the key."""
    return _quoted(key) if "{" in key else key


def _quoted(value: str) -> str:
    return f"'{value}'" if '"' in value else f'"{value}"'
