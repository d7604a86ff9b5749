"""Detect changes of a spec that existing code and data cannot follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.catalog.model import Pack
from blueprint.errors import Problem
from blueprint.spec.location import Keys
from blueprint.spec.model import Action, Field, Service, Spec
from blueprint.spec.names import Name
from blueprint.spec.reading import reads_field

_FIXED = ("name", "stack", "preset")


def broken_successions(before: Spec, after: Spec, preset: Spec | None = None) -> Iterator[Problem]:
    """All changes between the specs that are not possible, with alternatives.

    `preset` is the spec of the preset that both have, or that goes; None where no service comes, nor it goes.
    """
    yield from _changed_header(before, after, preset)
    yield from _misfits_of_preset(before, after, preset.services if preset else ())
    yield from _renamed_services(before, after)
    yield from _changed_types(before, after)
    yield from _later_fields_of_actions(before, after)


def lost_logins(before: Spec, after: Spec, auth: Pack | None) -> Iterator[Problem]:
    """Removed services without which nobody can log in: the auth pack has variables for them alone."""
    needed = {service for each in (auth.environment if auth else ()) for service in each.services}
    for name in sorted(needed & (_names(before) - _names(after))):
        message = (
            f'auth "{auth.id if auth else None}" needs the service "{name}": without it, nobody can log in'
        )
        hint = f'write another "auth" and run `blueprint sync`, then remove "{name}"'
        yield after.marks.location("auth").problem("still-needed", message, hint)


def _changed_header(before: Spec, after: Spec, preset: Spec | None) -> Iterator[Problem]:
    goes = before.preset is not None and after.preset is None and preset is not None
    is_idle = goes and not _names(preset) & _names(after)
    for key in _FIXED:
        old, new = getattr(before, key), getattr(after, key)
        if old != new and not (key == "preset" and is_idle):
            message = f'"{key}" cannot change: all generated code depends on it'
            hint = f'write "{key}: {old}", or create a new project' if old else "take it out"
            yield after.marks.location(key).problem("fixed-key", message, hint)


def _names(spec: Spec | None) -> set[Name]:
    return {service.name for service in spec.services} if spec else set()


def _misfits_of_preset(before: Spec, after: Spec, declared: Iterable[Service]) -> Iterator[Problem]:
    """Check services that are added again: their preset code needs certain fields and actions."""
    old, new = ({service.name: service for service in spec.services} for spec in (before, after))
    for preset in declared:
        service = new.get(preset.name)
        if service is None or preset.name in old or after.preset is None:
            continue
        fields = [field.name for field in service.resource or ()]
        actions = [action.name for action in service.actions]
        missing = [field.name for field in preset.resource or () if field.name not in fields]
        missing += [action.name for action in preset.actions if action.name not in actions]
        if missing:
            message = (
                f'the preset "{after.preset}" has code for "{service.name}" that needs {", ".join(missing)}'
            )
            hint = "restore these, or choose another name"
            yield after.marks.key_location("services", service.name).problem("preset-service", message, hint)


def _renamed_services(before: Spec, after: Spec) -> Iterator[Problem]:
    """Refuse renamed services: folder, database and events carry the name."""
    old, new = ({service.name for service in spec.services} for spec in (before, after))
    gone = [service.name for service in before.services if service.name not in new]
    come = [service.name for service in after.services if service.name not in old]
    if gone and come:
        message = f'a service cannot be renamed: "{gone[0]}" is removed and "{come[0]}" added in one step'
        hint = f'add "{come[0]}" and sync; move code and data; then remove "{gone[0]}" and sync'
        yield after.marks.key_location("services", come[0]).problem("renamed-service", message, hint)


def _changed_types(before: Spec, after: Spec) -> Iterator[Problem]:
    """Check changed types: stored values must remain valid."""
    then, now = ({str(entry.name): entry for entry in spec.types} for spec in (before, after))
    for entry in after.types:
        old = then.get(entry.name)
        where = f'values of the type "{entry.name}" are stored without it'
        yield from _missed(after, old.fields if old else None, entry.fields, ("types", entry.name), where)
        known = {field.name: field for field in old.fields} if old else {}
        for field in entry.fields:
            stored = known.get(field.name)
            if stored is None or _is_missed(stored, field) or reads_field(stored, field, then, now):
                continue
            message = f'"{field.name}" is stored as "{stored}" in values of the type "{entry.name}"'
            hint = f'leave it as "{stored}", and add a field with another name'
            yield after.marks.location("types", entry.name, field.name).problem(
                "stored-values", message, hint
            )


def _later_fields_of_actions(before: Spec, after: Spec) -> Iterator[Problem]:
    known = {(service.name, action.name): action for service, action in _actions(before)}
    for service, action in _actions(after):
        old = known.get((service.name, action.name))
        keys: Keys = ("services", service.name, "actions", action.name)
        takes, gives = (old.inputs, old.outputs) if old else (None, None)
        where = f'messages and code of "{action.name}" do not have it'
        yield from _missed(after, takes, action.inputs, (*keys, "in"), where)
        yield from _missed(after, gives, action.outputs, (*keys, "out"), where)


def _missed(
    spec: Spec, old: tuple[Field, ...] | None, new: tuple[Field, ...], keys: Keys, where: str
) -> Iterator[Problem]:
    """Declared fields that are required now but were not before."""
    if old is None:
        return
    known = {field.name: field for field in old}
    for field in new:
        if _is_missed(known.get(field.name), field) and (*keys, field.name) in spec.marks:
            message = f'"{field.name}" is new, but {where}'
            location = spec.marks.location(*keys, field.name)
            yield location.problem("later-field", message, 'make it optional: add a "?" after its type')


def _is_missed(old: Field | None, new: Field) -> bool:
    return not new.optional and (old is None or old.optional)


def _actions(spec: Spec) -> Iterator[tuple[Service, Action]]:
    for service in spec.services:
        for action in service.actions:
            yield service, action
