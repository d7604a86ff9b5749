"""The grammar of fields, `TYPE[?] [unique] [private] [OP NUMBER | N..M]`, in the spec and in `--field`."""

from __future__ import annotations

import re
from typing import cast

from blueprint.errors import Problem
from blueprint.spec.location import NOWHERE, Location
from blueprint.spec.model import Bound, Field, FieldType, Kind, Length, Operator
from blueprint.spec.names import Name, service_name, shown, type_name

SCALARS: tuple[Kind, ...] = ("str", "int", "money", "bool", "time")

_LONGEST = 1_000_000  # a body has at most 1 MiB
_LONGEST_UNIQUE = 600  # a PostgreSQL index entry has at most about 2,700 bytes
_LARGEST = 2**53 - 1  # JSON numbers are exact up to here in every language

_SHAPE = re.compile(
    r"(?P<type>[^\s?<>=]+)(?P<optional>\?)?(?P<unique>\s+unique)?(?P<private>\s+private)?"
    r"(?:\s*(?P<op>>=|<=|==|>|<)\s*(?P<number>-?[0-9]+)|\s+(?P<least>[0-9]{1,9})\.\.(?P<most>[0-9]{1,9}))?"
)
LIMITS = r"(?:\s*(?:>=|<=|==|>|<)\s*-?[0-9]+|\s+[0-9]{1,9}\.\.[0-9]{1,9})?"
"""The constraints at the end of a field, as a regular expression that is also valid in JavaScript."""

_LIST = re.compile(r"list\[(.*)\]")
_REF = re.compile(r"ref\((.*)\)")

_INCOMPLETE = {"list": "list[str]", "ref": "ref(users)"}

# Names of types in other languages. User-defined types have precedence: `email` can be one.
OTHER_WORDS = {
    "array": "list[str]",
    "boolean": "bool",
    "date": "time",
    "datetime": "time",
    "decimal": "money",
    "email": "str",
    "float": "int",
    "integer": "int",
    "number": "int",
    "string": "str",
    "text": "str",
    "timestamp": "time",
    "uuid": "str",
}


def field_of(name: Name, text: str, at: Location = NOWHERE) -> Field | Problem:
    """Parse a field: `field_of(Name("price"), "money >= 0")`."""
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        hint = 'write TYPE, then "?" if it may be empty, "unique", "private", and a limit: "money? >= 0"'
        return at.problem("bad-field", f"{shown(text)} does not describe a field", hint)
    kind = _type_of(match["type"], at)
    bound = _bound_of(match["op"], match["number"], at)
    if isinstance(kind, Problem):
        return kind
    if isinstance(bound, Problem):
        return bound
    length = _length_of(match["least"], match["most"], match["unique"] is not None, at)
    if isinstance(length, Problem):
        return length
    return Field(
        name,
        kind,
        match["optional"] is not None,
        match["unique"] is not None,
        bound,
        match["private"] is not None,
        length,
    )


def _type_of(word: str, at: Location) -> FieldType | Problem:
    if word in SCALARS:
        return FieldType(word)
    if match := _LIST.fullmatch(word):
        return _list_of(match[1], at)
    if match := _REF.fullmatch(word):
        service = service_name(match[1], at)
        return service if isinstance(service, Problem) else FieldType("ref", service)
    if word in _INCOMPLETE:
        return at.problem("bad-field", f'"{word}" of what?', f'write "{_INCOMPLETE[word]}"')
    name = type_name(word, at)
    if not isinstance(name, Problem):
        return FieldType("type", name)
    if meant := OTHER_WORDS.get(word.lower()):
        return at.problem("unknown-type", f"there is no type {shown(word)}", f'write "{meant}"')
    return name


def _list_of(word: str, at: Location) -> FieldType | Problem:
    if word.startswith("list["):
        hint = "put the inner list into an entry under types"
        return at.problem("list-of-lists", "a list of lists is not offered", hint)
    element = _type_of(word, at)
    return element if isinstance(element, Problem) else FieldType("list", element)


def _length_of(least: str | None, most: str | None, unique: bool, at: Location) -> Length | Problem | None:
    if least is None or most is None:
        return None
    length, longest = Length(int(least), int(most)), _LONGEST_UNIQUE if unique else _LONGEST
    if not length.least <= length.most <= longest or length.most == 0:
        hint = f"write the smaller number first, the larger one at most {longest}"
        return at.problem(
            "bad-field", f"{length} is not a valid length{' of a unique field' if unique else ''}", hint
        )
    return length


def _bound_of(op: str | None, number: str | None, at: Location) -> Bound | Problem | None:
    if number is None:
        return None
    if len(number) > len(str(_LARGEST)) + 1 or abs(int(number)) > _LARGEST:
        return at.problem("bad-field", f"the limit {shown(number)} is too large", f"at most {_LARGEST}")
    return Bound(cast(Operator, op), int(number))
