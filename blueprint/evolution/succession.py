"""The steps from one spec to the next that cannot be taken: code and data that exist could not follow."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.errors import Problem
from blueprint.spec.model import Action, Field, Service, Spec
from blueprint.spec.place import Keys

_FIXED = ("name", "stack", "preset")


def broken_successions(before: Spec, after: Spec) -> Iterator[Problem]:
    """Every step from one spec to the other that cannot be taken, with the way to come there."""
    yield from _changed_header(before, after)
    yield from _renamed_services(before, after)
    yield from _later_fields_of_types(before, after)
    yield from _later_fields_of_actions(before, after)


def _changed_header(before: Spec, after: Spec) -> Iterator[Problem]:
    for key in _FIXED:
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            message = f'"{key}" cannot change: all that was written follows from it'
            hint = f'write "{key}: {old}", or begin a new project' if old else "take it out"
            yield after.marks.place(key).problem("fixed-key", message, hint)


def _renamed_services(before: Spec, after: Spec) -> Iterator[Problem]:
    """A service's folder, its database and its events carry its name."""
    old, new = ({service.name for service in spec.services} for spec in (before, after))
    gone = [service.name for service in before.services if service.name not in new]
    come = [service.name for service in after.services if service.name not in old]
    if gone and come:
        message = f'a service cannot be renamed: "{gone[0]}" goes and "{come[0]}" comes in one step'
        hint = f'add "{come[0]}" and sync; bring code and data over; then take "{gone[0]}" out and sync'
        yield after.marks.key_place("services", come[0]).problem("renamed-service", message, hint)


def _later_fields_of_types(before: Spec, after: Spec) -> Iterator[Problem]:
    known = {entry.name: entry.fields for entry in before.types}
    for entry in after.types:
        where = f'values of the type "{entry.name}" are stored without it'
        yield from _missed(after, known.get(entry.name), entry.fields, ("types", entry.name), where)


def _later_fields_of_actions(before: Spec, after: Spec) -> Iterator[Problem]:
    known = {(service.name, action.name): action for service, action in _actions(before)}
    for service, action in _actions(after):
        old = known.get((service.name, action.name))
        keys: Keys = ("services", service.name, "actions", action.name)
        takes, gives = (old.inputs, old.outputs) if old else (None, None)
        where = f'messages and code of "{action.name}" do without it'
        yield from _missed(after, takes, action.inputs, (*keys, "in"), where)
        yield from _missed(after, gives, action.outputs, (*keys, "out"), where)


def _missed(
    spec: Spec, old: tuple[Field, ...] | None, new: tuple[Field, ...], keys: Keys, where: str
) -> Iterator[Problem]:
    """The written fields that are required now, and were not always there."""
    if old is None:
        return
    always = {field.name for field in old if not field.optional}
    for field in new:
        if not field.optional and field.name not in always and (*keys, field.name) in spec.marks:
            message = f'"{field.name}" comes later, and {where}'
            place = spec.marks.place(*keys, field.name)
            yield place.problem("later-field", message, 'make it optional: put a "?" behind its type')


def _actions(spec: Spec) -> Iterator[tuple[Service, Action]]:
    for service in spec.services:
        for action in service.actions:
            yield service, action
