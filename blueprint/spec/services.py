"""Reads `services` of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.errors import Problem
from blueprint.spec.fields import field_of
from blueprint.spec.findings import Findings
from blueprint.spec.jobs import jobs_of
from blueprint.spec.location import Location
from blueprint.spec.model import CREATED, Action, Field, Publication, Reaction, Service
from blueprint.spec.names import (
    Name,
    action_name,
    event_name,
    field_name,
    refusal_name,
    row_name,
    service_name,
    shown,
)
from blueprint.spec.nodes import Items, Node
from blueprint.spec.routes import routes_of
from blueprint.spec.settings import settings_of
from blueprint.spec.shape import is_empty, name_of, named_of, parts_of, text_of, values_of
from blueprint.spec.versions import base_of, major_of

SERVICE_KEYS = ("singular", "resource", "publishes", "reacts_to", "actions", "settings", "jobs", "routes")
ACTION_KEYS = ("in", "out", "refuses", "undo", "external")


def services_of(node: Node | None, findings: Findings) -> tuple[Service, ...]:
    """The services in file order."""
    if node is not None and is_empty(node):
        findings.add(node.location, "no-services", "there is no service", "add one, with a resource")
    return tuple(
        _service(name, body, findings) for name, body in named_of(node, '"services"', service_name, findings)
    )


def fields_of(node: Node | None, what: str, findings: Findings) -> tuple[Field, ...]:
    """The fields of a mapping of names and types."""
    return tuple(_fields(node, what, findings))


def some_fields_of(node: Node, what: str, findings: Findings) -> tuple[Field, ...]:
    """The fields of a mapping with at least one."""
    if is_empty(node):
        findings.add(node.location, "no-fields", f"{what} needs a field", 'for example "{name: str}"')
    return fields_of(node, what, findings)


def _fields(node: Node | None, what: str, findings: Findings) -> Iterator[Field]:
    for name, value in named_of(node, what, field_name, findings):
        if (text := text_of(value, f'the field "{name}"', findings)) is None:
            continue
        if (field := findings.keep(field_of(name, text.value, text.location))) is not None:
            yield field


def _service(name: Name, body: Node, findings: Findings) -> Service:
    parts = parts_of(body, f'the service "{name}"', SERVICE_KEYS, findings)
    resource = some_fields_of(parts["resource"], "a resource", findings) if "resource" in parts else None
    actions = tuple(
        _action(action, node, findings)
        for action, node in named_of(parts.get("actions"), '"actions"', action_name, findings)
    )
    return Service(
        name=name,
        resource=resource,
        actions=actions,
        publishes=tuple(_publications(parts.get("publishes"), findings)),
        reactions=tuple(_reactions(parts.get("reacts_to"), findings)),
        managed_fields=tuple(_managed(resource or (), actions)),
        own_singular=_singular(parts.get("singular"), findings),
        settings=settings_of(parts.get("settings"), findings),
        jobs=jobs_of(parts.get("jobs"), findings),
        routes=routes_of(parts.get("routes"), findings),
    )


def _singular(node: Node | None, findings: Findings) -> Name | None:
    return name_of(node, '"singular"', row_name, findings) if node is not None else None


def _managed(resource: tuple[Field, ...], actions: tuple[Action, ...]) -> Iterator[Name]:
    """The written fields only, on which implied inputs depend. `complete` adds the status."""
    used = {field.name for action in actions for field in (*action.inputs, *action.outputs)}
    for field in resource:
        if field.optional and field.name in used:
            yield field.name


def _action(name: Name, body: Node, findings: Findings) -> Action:
    parts = parts_of(body, f'the action "{name}"', ACTION_KEYS, findings)
    refuses = (
        name_of(value, "a reason", refusal_name, findings)
        for value in values_of(parts.get("refuses"), '"refuses"', findings)
    )
    return Action(
        name=name,
        inputs=fields_of(parts.get("in"), '"in"', findings),
        outputs=fields_of(parts.get("out"), '"out"', findings),
        refuses=tuple(reason for reason in refuses if reason is not None),
        undo=name_of(parts["undo"], '"undo"', action_name, findings) if "undo" in parts else None,
        external=_is_true(parts, "external", findings),
    )


def _is_true(parts: Mapping[str, Node], key: str, findings: Findings) -> bool:
    if key not in parts or (text := text_of(parts[key], f'"{key}"', findings)) is None:
        return False
    if text.value not in ("true", "false"):
        message = f'"{key}" is true or false, not {shown(text.value)}'
        findings.add(text.location, "bad-value", message, f'write "{key}: true", or take it out')
    return text.value == "true"


def _publications(node: Node | None, findings: Findings) -> Iterator[Publication]:
    for occurrence, value in named_of(node, '"publishes"', _occurrence_name, findings):
        yield from (Publication(occurrence, event) for event in _versions(occurrence, value, findings))


def _versions(occurrence: Name, node: Node, findings: Findings) -> list[Name]:
    """The event of an occurrence, or its versions, the oldest first."""
    listed = values_of(node, f'"{occurrence}"', findings) if isinstance(node, Items) else (node,)
    if not listed:
        findings.add(node.location, "no-event", f'no event tells of "{occurrence}"', "name one or delete it")
    events: list[Name] = []
    for value in listed:
        if (event := name_of(value, "an event", event_name, findings)) is None:
            continue
        if event in events:
            findings.add(value.location, "repeated", f'"{event}" is in the list already', "delete it")
        elif events and base_of(event) != base_of(events[0]):
            message = f'"{event}" is not a version of "{base_of(events[0])}"'
            findings.add(value.location, "other-event", message, "list only versions of one event")
        else:
            events.append(event)
    return sorted(events, key=major_of)


def _occurrence_name(text: str, at: Location) -> Name | Problem:
    return CREATED if text == CREATED else action_name(text, at)


def _reactions(node: Node | None, findings: Findings) -> Iterator[Reaction]:
    for event, value in named_of(node, '"reacts_to"', event_name, findings):
        if (action := name_of(value, "an action", action_name, findings)) is not None:
            yield Reaction(event, action)
