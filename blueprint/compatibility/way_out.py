"""The lines of blueprint.yaml that keep an event unchanged and add a new version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from blueprint.compatibility.differences import differences
from blueprint.compatibility.wire import type_on_wire
from blueprint.spec.model import Field, FieldType, Spec
from blueprint.spec.names import Name
from blueprint.spec.versions import base_of, major_of, next_version, provides, versions_known

Fields = Mapping[Name, str]


class WayOut(Struct, frozen=True):
    """The lines to write: under `publishes` of the service if it changes, under `events` and `types`."""

    service: Name | None
    publishes: Mapping[Name, tuple[Name, ...]]
    events: Mapping[Name, Fields]
    types: Mapping[Name, Fields]

    def __str__(self) -> str:
        """Instructions with the lines as YAML."""
        described = [
            f"events: {_braces(self.events)}",
            *([f"types: {_braces(self.types)}"] if self.types else []),
        ]
        at_the_top = f"at the top level {' and '.join(described)}"
        if self.service is None:
            return f"declare the old version: {at_the_top}"
        beside = f'in "{self.service}" publishes: {_braces(self.publishes)}'
        return f"keep it, and publish a new version alongside it: {beside}, {at_the_top}"


def way_out(old: Spec, new: Spec, event: Name) -> WayOut:
    """How to keep the event as in the old spec. The new spec also has it, with different data."""
    renamed = _renamed_types(old, new, event)
    fields = [_renamed(field, new, renamed) for field in old.event_data(event)]
    known = versions_known(new)[base_of(event)]
    newer = known[known.index(event) + 1 :]
    provided = new.event_data(newer[0] if newer else event)
    types = {
        name: {field.name: str(_renamed(field, new, renamed)) for field in old.type(was).fields}
        for was, name in renamed.items()
    }
    events = {event: {field.name: _described(field, provided) for field in fields}}
    if newer:
        return WayOut(None, {}, events, types)
    service, publication = new.publisher(event)
    together = [each.event for each in service.publishes if each.occurrence == publication.occurrence]
    publishes = {publication.occurrence: (*together, next_version(event))}
    return WayOut(service.name, publishes, events, types)


def _described(field: Field, provided: tuple[Field, ...]) -> str:
    """The field in the syntax of the entry; computed if the newer version does not provide it."""
    return str(field) if provides(provided, field) else f"{field} computed"


def _renamed_types(old: Spec, new: Spec, event: Name) -> dict[Name, Name]:
    """The types of the event that differ in the new spec, and a free name for each old version."""
    known = {entry.name for entry in new.types}
    renamed: dict[Name, Name] = {}
    for was in _types_in(old, old.event_data(event)):
        type_ = FieldType("type", was)
        if was in known and not any(differences(type_on_wire(old, type_), type_on_wire(new, type_))):
            continue
        name = Name(f"{was}_v{major_of(event)}")
        while name in known:
            name = Name(f"{name}_too")
        renamed[was] = name
    return renamed


def _types_in(spec: Spec, fields: Iterable[Field]) -> Iterator[Name]:
    for field in fields:
        element = field.type.of if isinstance(field.type.of, FieldType) else field.type
        if element.kind == "type":
            name = Name(str(element.of))
            yield name
            yield from _types_in(spec, spec.type(name).fields)


def _renamed(field: Field, new: Spec, renamed: Mapping[Name, Name]) -> Field:
    """The field with the new names of types; references to missing services become text."""
    return replace(field, type=_type(field.type, new, renamed))


def _type(type_: FieldType, new: Spec, renamed: Mapping[Name, Name]) -> FieldType:
    if isinstance(type_.of, FieldType):
        return FieldType("list", _type(type_.of, new, renamed))
    if type_.kind == "ref" and type_.of not in {
        each.name for each in new.services if each.resource is not None
    }:
        return FieldType("str")
    if type_.kind == "type":
        name = Name(str(type_.of))
        return FieldType("type", renamed.get(name, name))
    return type_


def _braces(value: object) -> str:
    """The value as one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_braces(part)}" for key, part in value.items()) + "}"
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return f'"{value}"' if re.search(r"[][?<>=]", str(value)) else str(value)
