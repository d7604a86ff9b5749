"""Entries of `types` with the name of a built-in type, which have precedence."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from blueprint.spec.model import Field, FieldType, Service, Spec
from blueprint.spec.names import Name
from blueprint.spec.values import Kind

LATER_KINDS: frozenset[Kind] = frozenset({"float", "date", "uuid", "email", "url", "json"})
"""Built-in types whose names earlier specs could give to types of their own."""


def with_own_types(spec: Spec) -> Spec:
    """The spec, where a type of one's own named `email` is meant by `email`."""
    own = LATER_KINDS & {str(entry.name) for entry in spec.types}
    if not own:
        return spec
    types = tuple(replace(each, fields=_resolved(each.fields, own)) for each in spec.types)
    services = tuple(_with_types(each, own) for each in spec.services)
    events = tuple(replace(each, fields=_resolved(each.fields, own)) for each in spec.events)
    return replace(spec, types=types, services=services, events=events)


def own_type(type_: FieldType, own: Collection[str]) -> FieldType:
    """The type, where these names are those of entries of `types`."""
    if isinstance(type_.of, FieldType):
        return replace(type_, of=own_type(type_.of, own))
    return FieldType("type", Name(type_.kind)) if type_.kind in own else type_


def _with_types(service: Service, own: Collection[str]) -> Service:
    resource = _resolved(service.resource, own) if service.resource is not None else None
    actions = tuple(
        replace(each, inputs=_resolved(each.inputs, own), outputs=_resolved(each.outputs, own))
        for each in service.actions
    )
    return replace(service, resource=resource, actions=actions)


def _resolved(fields: Iterable[Field], own: Collection[str]) -> tuple[Field, ...]:
    return tuple(replace(each, type=own_type(each.type, own)) for each in fields)
