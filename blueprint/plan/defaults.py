"""Default implementations of actions, which make workflows run and show their effects."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from blueprint.spec.effects import STATUS, effect_of
from blueprint.spec.model import Action, Service
from blueprint.spec.names import Name

VOWELS = "aeiou"
_STRESSED_AT_END = re.compile(
    r"(.*[^f])?fer|.*cur|(?!limit|vomit).*mit|.*(rol|el)|abhor|ac?quit|allot|debar|debug|deter|equip|format"
    r"|handicap|kidnap|program|regret"
    r"|(re|un|over|mis|out)(?=[^aeiouy])([bcdfgpt]?[lr]|s?[chklmnptw]?|[bdfgjqvz]|[ctw]h|wr)[aeiou][^aeiouwxy]"
)
"""Verbs of several syllables whose last consonant is doubled: `prefer`, `admit`, `unzip`, not `offer`."""
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
    "reset": "reset",
    "sell": "sold",
    "send": "sent",
    "set": "set",
    "take": "taken",
    "write": "written",
}


class DefaultAction(Struct, frozen=True):
    """The default implementation of an action.

    update: its inputs contain the id of a row of its service; sets `fields` and `status` of the row.
    find:   the same, for the row with its `key`.
    insert: its inputs contain all required fields and the id of something else; adds a row.
    undo:   undoes an insert: sets the `status` of the rows with the same `key`, or deletes them without one.
    log:    otherwise, logs the command.

    `status` is chosen by the tool; a `status` input of the action is among the `fields`.
    """

    kind: Literal["update", "find", "insert", "undo", "log"]
    key: Name | None = None
    fields: tuple[Name, ...] = ()
    status: str | None = None


def default_of(service: Service, action: Action) -> DefaultAction:
    """Return the default implementation of an action of this service."""
    effect = effect_of(service, action)
    if effect is None:
        return LOG
    status = participle(action.name) if service.owns_status else None
    if effect.kind == "undo":
        return DefaultAction("undo", effect.key, (), status)
    shared = _shared(service, action)
    word = None if STATUS in shared else status
    if effect.kind == "add":
        return DefaultAction("insert", effect.key, shared, word)
    kept = tuple(name for name in shared if name in service.managed_fields and name != effect.key)
    if not (word or kept):
        return LOG
    return DefaultAction("update" if effect.kind == "change" else "find", effect.key, kept, word)


LOG = DefaultAction("log")


def participle(action: str) -> str:
    """The status after an action: `confirmed` after `confirm`, `cancelled` after `cancel_shipment`."""
    verb = action.split("_")[0]
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in VOWELS:
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if _doubles(verb) else f"{verb}ed"


def _doubles(verb: str) -> bool:
    """Whether the last consonant is doubled: `ship`, `refer`, and `cancel` in British English."""
    letters = verb.replace("qu", "qw")
    if len(verb) < 3 or verb[-1] in f"{VOWELS}wxy" or verb[-2] not in VOWELS or letters[-3] in VOWELS:
        return False
    syllables = sum(char in VOWELS for char in letters)
    return syllables == 1 or _STRESSED_AT_END.fullmatch(verb) is not None


def _shared(service: Service, action: Action) -> tuple[Name, ...]:
    """The inputs of the action that are fields of a row."""
    columns = {field.name: field for field in service.resource or ()}
    return tuple(
        field.name for field in action.inputs if field.name in columns and field.fits(columns[field.name])
    )
