"""Rules for names that clash in code, on disk or on the network."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.errors import Problem
from blueprint.spec.findings import did_you_mean
from blueprint.spec.location import Location
from blueprint.spec.model import CREATED, Service, Spec
from blueprint.spec.names import Name, fold
from blueprint.spec.versions import base_of


def empty_services(spec: Spec) -> Iterator[Problem]:
    """A service is not empty."""
    for service in spec.services:
        keys = ("services", service.name)
        if not any((*keys, part) in spec.marks for part in ("resource", "actions", "reacts_to", "routes")):
            message = f'the service "{service.name}" does nothing'
            hint = "give it a resource, actions, routes, or an event under reacts_to"
            yield spec.marks.key_location(*keys).problem("empty-service", message, hint)


def same_row_names(spec: Spec) -> Iterator[Problem]:
    """Rows, which have the singular of their service, and types are classes with different names."""
    taken: dict[str, str] = {fold(entry.name): f'the type "{entry.name}"' for entry in spec.types}
    for service in spec.services:
        owner = f'the service "{service.name}"'
        if (first := taken.setdefault(service.singular.pascal, owner)) != owner:
            message = f"{first} and {owner} would both give the name {service.singular.pascal}"
            yield _row_location(spec, service).problem("same-name", message, "rename one of them")


def _row_location(spec: Spec, service: Service) -> Location:
    """The location of the name of a row: its own entry, or the name of the service."""
    if service.own_singular is not None:
        return spec.marks.location("services", service.name, "singular")
    return spec.marks.key_location("services", service.name)


def clashing_classes(spec: Spec) -> Iterator[Problem]:
    """Types, rows and actions of a service have different names in code."""
    types = {entry.name.pascal: f'the type "{entry.name}"' for entry in spec.types}
    for service in spec.services:
        taken = dict(types)
        for owner, location, words in _words_in_code(spec, service):
            for word in words:
                if (first := taken.setdefault(word, owner)) != owner:
                    message = f"{first} and {owner} would both give the name {word}"
                    yield location.problem("same-name", message, "rename one of them")


def _words_in_code(spec: Spec, service: Service) -> Iterator[tuple[str, Location, list[str]]]:
    """The names of a service's table and actions in code, with their owners."""
    keys = ("services", service.name)
    if service.resource is not None:
        row = service.singular.pascal
        words = [service.name.snake, f"New{row}", f"{row}Created", f"{row}View", row]
        yield f'the service "{service.name}"', _row_location(spec, service), words
    for action in service.actions:
        name = action.name
        words = [service.command_class(action), f"{name.pascal}Result", name.snake]
        words += [f"call_{name.snake}"] if action.external else []
        yield f'the action "{name}"', spec.marks.key_location(*keys, "actions", name), words


def events_published_twice(spec: Spec) -> Iterator[Problem]:
    """All versions of an event belong to one occurrence of one service."""
    taken: dict[str, tuple[str, str]] = {}
    for service in spec.services:
        for publication in service.publishes:
            where = f"{service.name}.{publication.occurrence}"
            own = (where, f'"{publication.event}" of {where}')
            names = {fold(publication.event), fold(base_of(publication.event))}
            for first in {taken.setdefault(name, own) for name in names}:
                if first[0] != where:
                    location = spec.marks.location(
                        "services", service.name, "publishes", publication.occurrence
                    )
                    message = f"the events {first[1]} and {own[1]} have one name"
                    yield location.problem("event-twice", message, "give each its own")


def events_named_like_others(spec: Spec) -> Iterator[Problem]:
    """The name of an occurrence, such as `payments.charge`, can only be used for its own event."""
    told = _names_told_by_itself(spec)
    for service in spec.services:
        for publication in service.publishes:
            own = (service.name, publication.occurrence)
            if (other := told.get(fold(base_of(publication.event)), own)) != own:
                location = spec.marks.location("services", service.name, "publishes", publication.occurrence)
                message = f'"{publication.event}" is what every system itself calls {".".join(other)}'
                hint = f"give the event of {'.'.join(own)} another name"
                yield location.problem("event-taken", message, hint)


def unknown_occurrences(spec: Spec) -> Iterator[Problem]:
    """Events are published when a row is created, or when an action of the service is done."""
    for service in spec.services:
        keys = ("services", service.name, "publishes")
        known = [CREATED, *action_names(service)] if service.resource is not None else action_names(service)
        for occurrence in (publication.occurrence for publication in service.publishes):
            if occurrence in known or ("services", service.name, "actions", occurrence) in spec.marks:
                continue
            what = "action" if occurrence != CREATED else "resource"
            message = f'the service "{service.name}" has no {what} for the event at "{occurrence}"'
            hint = did_you_mean(occurrence, known)
            yield spec.marks.key_location(*keys, occurrence).problem("unknown-action", message, hint)


def unknown_events(spec: Spec) -> Iterator[Problem]:
    """Consumed events must be published."""
    known = [publication.event for service in spec.services for publication in service.publishes]
    for service in spec.services:
        for reaction in service.reactions:
            if reaction.event not in known:
                location = spec.marks.key_location("services", service.name, "reacts_to", reaction.event)
                hint = did_you_mean(reaction.event, known, 'add it under "publishes" of a service')
                yield location.problem("unknown-event", f'no service publishes "{reaction.event}"', hint)


def action_names(service: Service) -> list[Name]:
    """The actions of the service, written or implied."""
    written = [action.name for action in service.actions]
    undos = [action.undo for action in service.actions if action.undo is not None]
    reacting = [reaction.action for reaction in service.reactions]
    return list(dict.fromkeys((*written, *undos, *reacting)))


def _names_told_by_itself(spec: Spec) -> dict[str, tuple[Name, Name]]:
    """The default names of events, and their occurrences."""
    return {
        fold(f"{service.name}.{occurrence}{ending}"): (service.name, Name(f"{occurrence}{ending}"))
        for service in spec.services
        for occurrence in (CREATED, *action_names(service))
        for ending in ("", ".refused")
    }


WRITTEN_NAME_RULES = (
    same_row_names,
    events_published_twice,
    events_named_like_others,
    unknown_occurrences,
    unknown_events,
)
COMPLETE_NAME_RULES = (empty_services, clashing_classes)
