"""Event versions: `order.placed` is the first, `order.placed.v2` the second.

The data of the newest version follows from the spec; entries of `events` define that of older ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from blueprint.spec.model import CREATED, Field, Service, Spec
from blueprint.spec.names import Name

_VERSION = re.compile(r"(?P<base>.+)\.v(?P<major>[0-9]+)")


class EventVersion(Struct, frozen=True):
    """A version of an event. `before` is the previous version, if known."""

    event: Name
    fields: tuple[Field, ...]
    published: bool = True
    before: EventVersion | None = None

    @property
    def title(self) -> str:
        """The name of its class: `OrderPlacedV2`."""
        return f"{base_of(self.event).pascal}V{major_of(self.event)}"


def base_of(event: str) -> Name:
    """The name of the event without its version."""
    match = _VERSION.fullmatch(event)
    return Name(match["base"] if match else event)


def major_of(event: str) -> int:
    """The number of the version, from 1."""
    match = _VERSION.fullmatch(event)
    return int(match["major"]) if match else 1


def next_version(event: str) -> Name:
    """The version after this one."""
    return Name(f"{base_of(event)}.v{major_of(event) + 1}")


def versions_known(spec: Spec) -> dict[Name, list[Name]]:
    """By event, the versions that are published or have an entry of `events`, oldest first."""
    published = [each.event for service in spec.services for each in service.publishes]
    known: dict[Name, list[Name]] = {}
    for event in dict.fromkeys((*published, *(older.event for older in spec.events))):
        known.setdefault(base_of(event), []).append(event)
    return {base: sorted(events, key=major_of) for base, events in known.items()}


def provides(newer: Iterable[Field], wanted: Field) -> bool:
    """Whether the field of an older version is in the newer one, or optional."""
    match = next((field for field in newer if field.name == wanted.name), None)
    return wanted.optional if match is None else match.fits(wanted)


def newest_events(service: Service) -> dict[Name, Name]:
    """Published events by occurrence, in their newest versions."""
    return {publication.occurrence: publication.event for publication in service.publishes}


def event_versions(spec: Spec) -> tuple[EventVersion, ...]:
    """Every version of every event that code publishes: by service, the oldest version first.

    A new row that starts a workflow always has an event, with a default name if necessary.
    """
    return tuple(_event_versions(spec))


def _event_versions(spec: Spec) -> Iterator[EventVersion]:
    known = versions_known(spec)
    for service in spec.services:
        newest = newest_events(service)
        if CREATED not in newest and spec.workflows_starting_at(service.name):
            yield EventVersion(Name(f"{service.name.snake}.{CREATED}"), service.created_fields)
        for event in newest.values():
            yield from _line_of(spec, service, known[base_of(event)])


def _line_of(spec: Spec, service: Service, names: list[Name]) -> Iterator[EventVersion]:
    published = {publication.event for publication in service.publishes}
    before: EventVersion | None = None
    for name in names:
        before = EventVersion(name, spec.event_data(name), name in published, before)
        yield before
