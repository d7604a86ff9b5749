"""What an action does until somebody writes it: enough to work, and to be seen working."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from blueprint.spec.model import Action, Field, Service
from blueprint.spec.names import Name

VOWELS = "aeiou"
IRREGULAR = {
    "begin": "begun",
    "build": "built",
    "buy": "bought",
    "give": "given",
    "hold": "held",
    "keep": "kept",
    "make": "made",
    "pay": "paid",
    "put": "put",
    "sell": "sold",
    "send": "sent",
    "set": "set",
    "take": "taken",
    "write": "written",
}


class DefaultAction(Struct, frozen=True):
    """The rule that fits the action.

    update: it brings the id of a row of its own service; the row takes over `fields`, and `status`.
    insert: it brings all that a row needs, and the id of something else; a row is added.
    undo:   it takes back an insert: the rows with the same `key` get the `status`, or go where there is none.
    log:    anything else is written to the log.
    """

    kind: Literal["update", "insert", "undo", "log"]
    key: Name | None = None
    fields: tuple[Name, ...] = ()
    status: str | None = None


def default_of(service: Service, action: Action) -> DefaultAction:
    """The default behaviour of an action of this service."""
    status = participle(action.name) if _keeps_status(service) else None
    columns = {field.name: field for field in service.resource or ()}
    shared = tuple(field.name for field in action.inputs if _fits(field, columns) and field.name != "status")
    if service.resource is not None and any(field.name == service.id_name for field in action.inputs):
        fields = tuple(name for name in shared if name in service.managed_fields)
        return DefaultAction("update", service.id_name, fields, status) if status or fields else LOG
    key = _foreign_key(service, action)
    if action.undoes:
        done = default_of(service, service.action(action.undoes))
        return DefaultAction("undo", done.key, (), status) if done.kind == "insert" else LOG
    if key and all(field.optional or field.name in shared for field in service.create_fields):
        return DefaultAction("insert", key, shared, status)
    return LOG


LOG = DefaultAction("log")


def participle(action: str) -> str:
    """The state after an action: `confirm` makes `confirmed`, `cancel_shipment` makes `cancelled`."""
    verb = action.split("_")[0]
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in VOWELS:
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if _doubles(verb) else f"{verb}ed"


def _doubles(verb: str) -> bool:
    """One short vowel before the last consonant: `ship`, `refer`; `cancel` is written the British way."""
    if len(verb) < 3 or verb[-1] in f"{VOWELS}wxy" or verb[-2] not in VOWELS or verb[-3] in VOWELS:
        return False
    syllables = sum(char in VOWELS for char in verb)
    return syllables == 1 or verb.endswith("el")


def _keeps_status(service: Service) -> bool:
    return any(
        field.name == "status" and field.type.kind == "str" and field.name in service.managed_fields
        for field in service.resource or ()
    )


def _fits(field: Field, columns: dict[Name, Field]) -> bool:
    return field.name in columns and field.fits(columns[field.name])


def _foreign_key(service: Service, action: Action) -> Name | None:
    """The field under which the row can be found again: the first id that action and row have in common."""
    columns = {field.name for field in service.resource or ()}
    ids = (field.name for field in action.inputs if field.name.endswith("_id") and field.name in columns)
    return next(ids, None)
