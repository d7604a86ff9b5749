"""What the smoke test of a project creates, in which order, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from blueprint.documents.messages import messages
from blueprint.plan.defaults import default_of
from blueprint.spec.model import CREATED, ActionRef, Field, FieldType, Service, Spec
from blueprint.spec.names import Name


class Follower(Struct, frozen=True):
    """Rows of another service that actions add because of a new row; `field` holds the id of that row."""

    service: Service
    field: Name

    @property
    def is_unique(self) -> bool:
        """Whether there is at most one."""
        return any(field.unique for field in self.service.resource or () if field.name == self.field)


class SmokeRow(Struct, frozen=True):
    """A row of the service, created by a request; `referenced`: whether later ones refer to it."""

    service: Service
    followers: tuple[Follower, ...]
    referenced: bool


def smoke_rows(spec: Spec, handwritten: Collection[str]) -> tuple[SmokeRow, ...]:
    """One row of each service whose API follows the spec, after the rows that it refers to.

    Left out are services that allow one row for each row of another service, and add it themselves. Of
    services that refer to each other, the one that comes first in the spec is created last.
    """
    created = [
        service
        for service in spec.services
        if service.resource is not None and service.name not in handwritten
    ]
    ordered: dict[Name, Service] = {}
    for service in created:
        _add(spec, service, {each.name: each for each in created}, ordered, ())
    followers = {
        each.name: tuple(dict.fromkeys(_followers(spec, each, ordered))) for each in ordered.values()
    }
    added = {each.service.name for found in followers.values() for each in found if each.is_unique}
    rows = []
    referenced = set[Name]()
    for each in reversed(ordered.values()):
        if each.name in added:
            continue
        rows.append(SmokeRow(each, followers[each.name], each.name in referenced))
        referenced.update(_references(spec, each.create_fields))
    return tuple(reversed(rows))


def _add(
    spec: Spec,
    service: Service,
    created: dict[Name, Service],
    ordered: dict[Name, Service],
    above: tuple[Name, ...],
) -> None:
    if service.name in ordered or service.name in above:
        return
    for name in _references(spec, service.create_fields):
        if name in created:
            _add(spec, created[name], created, ordered, (*above, service.name))
    ordered[service.name] = service


def _references(spec: Spec, fields: Collection[Field]) -> Iterator[Name]:
    """The services whose rows the fields refer to: by `ref(books)`, or by the name `book_id`."""
    by_id = {service.id_name: service.name for service in spec.services if service.resource is not None}
    for field in fields:
        type_ = field.type
        while isinstance(type_.of, FieldType):
            type_ = type_.of
        if type_.kind == "type":
            yield from _references(spec, spec.type(str(type_.of)).fields)
        elif field.length is None and type_.kind == "ref":
            yield Name(str(type_.of))
        elif field.length is None and type_.kind == "str" and field.name in by_id:
            yield by_id[field.name]


def _followers(spec: Spec, service: Service, listed: Collection[Name]) -> Iterator[Follower]:
    """Follow the messages from the new row on, along the way without a refusal."""
    followers = {
        each.occurrence.action: each.followers for each in messages(spec) if not each.occurrence.refused
    }
    ahead, seen = [ActionRef(service.name, CREATED)], set[ActionRef]()
    while ahead:
        for follower in followers.get(ahead.pop(0), ()):
            if (ref := follower.action) in seen:
                continue
            seen.add(ref)
            ahead.append(ref)
            other = spec.service(ref.service)
            default = default_of(other, spec.action(ref))
            if default.kind == "insert" and default.key == service.id_name and other.name in listed:
                yield Follower(other, service.id_name)
