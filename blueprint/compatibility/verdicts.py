"""Check each released event."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.compatibility.differences import differences
from blueprint.compatibility.way_out import way_out
from blueprint.compatibility.wire import wire_of
from blueprint.errors import Problem
from blueprint.spec.location import Location
from blueprint.spec.model import Spec
from blueprint.spec.names import Name
from blueprint.spec.versions import base_of


def incompatibilities(old: Spec, new: Spec) -> tuple[Problem, ...]:
    """Incompatible changes to the events of the old, released spec: one problem for each event.

    Released are the events that the old spec publishes or has an entry for, in each version. A version may be
    removed if another one of the event stays and no service reacts to it. Both specs come from `load_spec`;
    places are those of the new one.
    """
    return tuple(_problems(old, new))


def _problems(old: Spec, new: Spec) -> Iterator[Problem]:
    still_known = {*_published(new), *(older.event for older in new.events)}
    for event in dict.fromkeys((*_published(old), *(older.event for older in old.events))):
        if event in _published(old) and event not in _published(new):
            yield from _withdrawn(old, new, event)
        if event in still_known:
            reasons = list(
                differences(wire_of(old, old.event_data(event)), wire_of(new, new.event_data(event)))
            )
            if reasons:
                message = f'"{event}" is no longer compatible: {"; ".join(reasons)}'
                yield _location(old, new, event).problem(
                    "event-changed", message, str(way_out(old, new, event))
                )


def _withdrawn(old: Spec, new: Spec, event: Name) -> Iterator[Problem]:
    reacting = [
        service.name
        for service in old.services
        if any(reaction.event == event for reaction in service.reactions)
    ]
    lives_on = any(base_of(each) == base_of(event) for each in _published(new))
    if lives_on and not reacting:
        return
    service, publication = old.publisher(event)
    message = f'"{event}" is no longer published'
    if reacting:
        message += f", and {', '.join(reacting)} reacted to it"
    hint = f'publish it again: in "{service.name}", publishes: {{{publication.occurrence}: {event}}}'
    if lives_on:
        hint = f'publish it alongside the newer one while services react to "{event}"'
    yield _location(old, new, event).problem("event-withdrawn", message, hint)


def _published(spec: Spec) -> dict[Name, Name]:
    """Each published event with its service."""
    return {each.event: service.name for service in spec.services for each in service.publishes}


def _location(old: Spec, new: Spec, event: Name) -> Location:
    """The location of the event in the new spec, or of its remains."""
    if ("events", event) in new.marks:
        return new.marks.key_location("events", event)
    owner = _published(new).get(event) or _published(old)[event]
    named = (each for service in new.services for each in service.publishes if each.event == event)
    occurrence = next((publication.occurrence for publication in named), "")
    return new.marks.location("services", owner, "publishes", occurrence)
