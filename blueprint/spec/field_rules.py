"""Rules for types and fields. Each yields the problems of a parsed spec."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from blueprint.errors import Problem
from blueprint.spec.effects import STATUS, status_setter
from blueprint.spec.fields import OTHER_WORDS, SCALARS
from blueprint.spec.findings import did_you_mean
from blueprint.spec.location import Keys
from blueprint.spec.model import Field, Service, Spec

_OF_A_LENGTH = ("str", "list")
_NEVER_UNIQUE = ("bool", "float", "json", "list", "type")
_OWN_FIELDS = ("id", "created_at")


def _fields_of(spec: Spec) -> Iterator[tuple[Keys, Field]]:
    """Every written field, with its keys."""
    for entry in spec.types:
        for field in entry.fields:
            yield ("types", entry.name, field.name), field
    for service in spec.services:
        yield from _fields_of_service(service)
    for older in spec.events:
        for field in older.fields:
            yield ("events", older.event, field.name), field


def _fields_of_service(service: Service) -> Iterator[tuple[Keys, Field]]:
    for field in service.resource or ():
        yield ("services", service.name, "resource", field.name), field
    for action in service.actions:
        keys = ("services", service.name, "actions", action.name)
        for field in action.inputs:
            yield (*keys, "in", field.name), field
        for field in action.outputs:
            yield (*keys, "out", field.name), field


def unknown_types(spec: Spec) -> Iterator[Problem]:
    """A type is built-in or an entry of `types`."""
    known = [*SCALARS, *(entry.name for entry in spec.types)]
    for keys, field in _fields_of(spec):
        element = field.type.innermost
        if element.kind != "type" or ("types", str(element.of)) in spec.marks:
            continue
        meant = OTHER_WORDS.get(str(element.of))
        hint = f'write "{meant}"' if meant else did_you_mean(str(element.of), known)
        yield spec.marks.location(*keys).problem("unknown-type", f'there is no type "{element.of}"', hint)


def unknown_references(spec: Spec) -> Iterator[Problem]:
    """A ref names a service with a resource."""
    with_resource = [service.name for service in spec.services if service.resource is not None]
    for keys, field in _fields_of(spec):
        element = field.type.innermost
        target = str(element.of)
        if element.kind != "ref" or target in with_resource:
            continue
        location = spec.marks.location(*keys)
        if ("services", target) not in spec.marks:
            hint = did_you_mean(target, with_resource)
            yield location.problem("unknown-service", f'there is no service "{target}"', hint)
        elif ("services", target, "resource") not in spec.marks:
            hint = "give it one, or use str"
            yield location.problem("no-resource", f'the service "{target}" has no resource to refer to', hint)


def misplaced_limits(spec: Spec) -> Iterator[Problem]:
    """Numbers can have a limit, strings and lists a length; fields of events have neither."""
    for keys, field in _fields_of(spec):
        is_known = field.type.kind != "type" or ("types", str(field.type.of)) in spec.marks
        if (field.bound or field.length) and keys[0] == "events":
            message = f'the field "{field.name}" of an event has no limit'
            yield spec.marks.location(*keys).problem("misplaced-limit", message, f'write "{field.carried}"')
        elif field.bound and is_known and not field.type.is_number:
            message = f'"{field.type}" has no limit, only numbers have one'
            length = " 1..200" if field.type.kind in _OF_A_LENGTH else ""
            hint = f'write "{field.type}{length}"'
            yield spec.marks.location(*keys).problem("misplaced-limit", message, hint)
        elif field.length and is_known and field.type.kind not in _OF_A_LENGTH:
            message = f'"{field.type}" has no length, only str and lists have one'
            hint = f'write "{field.type}"'
            yield spec.marks.location(*keys).problem("misplaced-limit", message, hint)


def misplaced_unique(spec: Spec) -> Iterator[Problem]:
    """Only single fields of a resource can be unique."""
    for keys, field in _fields_of(spec):
        if not field.unique:
            continue
        location = spec.marks.location(*keys)
        if keys[0] != "services" or keys[2] != "resource":
            yield location.problem(
                "misplaced-unique", "only a field of a resource can be unique", "delete the word"
            )
        elif field.type.kind in _NEVER_UNIQUE:
            message = f'a field of type "{field.type}" cannot be unique'
            yield location.problem("misplaced-unique", message, "delete the word")


def misplaced_private(spec: Spec) -> Iterator[Problem]:
    """Only fields of a resource can be private."""
    for keys, field in _fields_of(spec):
        if field.private and (keys[0] != "services" or keys[2] != "resource"):
            message = "only a field of a resource can be private"
            yield spec.marks.location(*keys).problem("misplaced-private", message, "delete the word")


def own_fields(spec: Spec) -> Iterator[Problem]:
    """`id` and `created_at` are reserved: every row has them."""
    for service in spec.services:
        own = (*_OWN_FIELDS, service.id_name)
        for field in service.resource or ():
            if field.name in own:
                message = f'every row has its "{field.name}" by itself'
                location = spec.marks.key_location("services", service.name, "resource", field.name)
                yield location.problem("reserved-name", message, "delete the field, or give it another name")


def kept_status(spec: Spec) -> Iterator[Problem]:
    """A managed status is a `str` that is not unique."""
    for service in spec.services:
        setter = status_setter(service, spec.workflows)
        for field in service.resource or ():
            if setter is not None and field.name == STATUS and str(field) != "str":
                location = spec.marks.key_location("services", service.name, "resource", field.name)
                message = f'"status" is set by {setter} and is a str, not "{field}"'
                yield location.problem("bad-field", message, "make it str, or give it another name")


def circular_types(spec: Spec) -> Iterator[Problem]:
    """Types do not contain themselves."""
    parts = {
        entry.name: [
            str(field.type.innermost.of) for field in entry.fields if field.type.innermost.kind == "type"
        ]
        for entry in spec.types
    }
    try:
        TopologicalSorter(parts).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        message = f"types contain themselves: {' in '.join(names)}"
        yield spec.marks.location("types", names[0]).problem("circular-types", message, "take one out")


FIELD_RULES = (
    unknown_types,
    unknown_references,
    misplaced_limits,
    misplaced_unique,
    misplaced_private,
    own_fields,
    circular_types,
)
COMPLETE_FIELD_RULES = (kept_status,)
