"""Functions about a spec for templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.spec.model import CREATED, ActionRef, Field, FieldType, Service, Spec, TypeDef
from blueprint.spec.versions import event_versions

_WATCHED_BY_PYDANTIC = ("model_dump", "model_validate")


def occurrence(ref: ActionRef) -> str:
    """The name of the action in the running system: `products.reserve`."""
    return f"{ref.service.snake}.{ref.action.snake}"


def tells_of_creation(spec: Spec, service: Service) -> bool:
    """Whether a workflow or an event follows a new row of the service."""
    published = any(publication.occurrence == CREATED for publication in service.publishes)
    return published or bool(spec.workflows_starting_at(service.name))


def needs_aliases(fields: Iterable[Field]) -> bool:
    """Whether a field needs another name in a pydantic model."""
    names = [field.name for field in fields]
    return any(name.attribute != name.snake or name.startswith(_WATCHED_BY_PYDANTIC) for name in names)


def service_types(spec: Spec, service: Service) -> tuple[TypeDef, ...]:
    """The entries of `types` that the service uses, each after those that it contains."""
    return _types_of(spec, _fields(service))


def event_types(spec: Spec) -> tuple[TypeDef, ...]:
    """The entries of `types` that events use, each after those that it contains."""
    return _types_of(spec, (field for version in event_versions(spec) for field in version.fields))


def _types_of(spec: Spec, fields: Iterable[Field]) -> tuple[TypeDef, ...]:
    wanted: dict[str, TypeDef] = {}
    for field in fields:
        for type_def in _types_in(spec, field.type):
            wanted.setdefault(type_def.name, type_def)
    return tuple(wanted.values())


def _fields(service: Service) -> Iterator[Field]:
    yield from service.resource or ()
    for action in service.actions:
        yield from (*action.inputs, *action.outputs)


def _types_in(spec: Spec, type_: FieldType) -> Iterable[TypeDef]:
    if type_.kind == "list" and isinstance(type_.of, FieldType):
        yield from _types_in(spec, type_.of)
    elif type_.kind == "type":
        type_def = spec.type(str(type_.of))
        for field in type_def.fields:
            yield from _types_in(spec, field.type)
        yield type_def
