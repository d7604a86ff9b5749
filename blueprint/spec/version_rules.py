"""Rules for event versions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from blueprint.errors import Problem
from blueprint.spec.findings import did_you_mean
from blueprint.spec.location import Location
from blueprint.spec.model import Publication, Service, Spec
from blueprint.spec.names import Name
from blueprint.spec.versions import base_of, event_versions, major_of, newest_events, provides, versions_known


def older_events_without_entry(spec: Spec) -> Iterator[Problem]:
    """Only the newest version is derived from the spec, so older ones need an entry."""
    for service, publication in _publications(spec):
        event, newest = publication.event, newest_events(service)[publication.occurrence]
        if event != newest and ("events", event) not in spec.marks:
            message = f'nothing says what "{event}" holds beside "{newest}"'
            hint = f"add it at the top level, for example: events: {{{event}: {{order_id: str}}}}"
            yield _location(spec, service, publication).problem("no-shape", message, hint)


def entries_that_are_not_older(spec: Spec) -> Iterator[Problem]:
    """An entry of `events` is an older version of a published event."""
    newest = {base_of(event): event for service in spec.services for event in newest_events(service).values()}
    for older in spec.events:
        location = spec.marks.key_location("events", older.event)
        current = newest.get(base_of(older.event))
        if current is None:
            hint = did_you_mean(base_of(older.event), newest, "delete the entry, or publish a newer version")
            yield location.problem("unknown-event", f'no service publishes "{base_of(older.event)}"', hint)
        elif major_of(older.event) >= major_of(current):
            message = f'"{older.event}" is not older than "{current}", the newest version that is published'
            hint = f'delete the entry, or publish "{base_of(current)}.v{major_of(older.event) + 1}" beside it'
            yield location.problem("not-older", message, hint)


def gaps_between_versions(spec: Spec) -> Iterator[Problem]:
    """Published versions are consecutive, because each is converted from the next newer one."""
    known = versions_known(spec)
    for service, publication in _publications(spec):
        published = [each.event for each in service.publishes]
        newest = newest_events(service)[publication.occurrence]
        for older, newer in pairwise(known[base_of(publication.event)]):
            if older == publication.event != newest and newer not in published:
                message = f'"{newer}" is not published, though "{older}" before it is'
                hint = f'publish "{newer}", too, or delete its entry'
                yield spec.marks.key_location("events", newer).problem("version-gap", message, hint)


def reactions_to_two_versions(spec: Spec) -> Iterator[Problem]:
    """A service reacts to one version of an event; older ones are converted to it."""
    for service in spec.services:
        taken: dict[Name, Name] = {}
        for reaction in service.reactions:
            if (first := taken.setdefault(base_of(reaction.event), reaction.event)) != reaction.event:
                message = (
                    f'"{service.name}" reacts to "{first}" and "{reaction.event}", which tell of the same'
                )
                location = spec.marks.key_location("services", service.name, "reacts_to", reaction.event)
                yield location.problem(
                    "event-twice", message, "keep the newer one: it takes the older one in"
                )


def fields_that_nothing_provides(spec: Spec) -> Iterator[Problem]:
    """Fields of an older version are in the next newer one, or computed."""
    shapes = {older.event: older for older in spec.events}
    for newer in event_versions(spec):
        older = newer.before
        if older is None or not older.published or older.event not in shapes:
            continue
        known = {field.name: field for field in newer.fields}
        for field in older.fields:
            if field.name in shapes[older.event].computed or provides(newer.fields, field):
                continue
            match = known.get(field.name)
            held = f'holds "{match.name}: {match}"' if match else f'holds no "{field.name}"'
            message = f'"{newer.event}" {held}, and "{older.event}" needs "{field.name}: {field}"'
            hint = f'write "{field.name}: {field} computed", and your code fills it in'
            location = spec.marks.location("events", older.event, field.name)
            yield location.problem("unbound-field", message, hint)


def _publications(spec: Spec) -> Iterator[tuple[Service, Publication]]:
    for service in spec.services:
        for publication in service.publishes:
            yield service, publication


def _location(spec: Spec, service: Service, publication: Publication) -> Location:
    return spec.marks.location("services", service.name, "publishes", publication.occurrence)


WRITTEN_VERSION_RULES = (
    older_events_without_entry,
    entries_that_are_not_older,
    gaps_between_versions,
    reactions_to_two_versions,
)
COMPLETE_VERSION_RULES = (fields_that_nothing_provides,)
