"""The grammar of fields, `TYPE[?] [unique] [private] [OP NUMBER | N..M]`, in the spec and in `--field`."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import cast

from blueprint.errors import Problem
from blueprint.spec.location import NOWHERE, Location
from blueprint.spec.model import Bound, Field, FieldType, Kind, Length, Operator
from blueprint.spec.names import Name, service_name, shown, type_name

SCALARS: tuple[Kind, ...] = (
    *("str", "int", "float", "money", "bool", "time", "date", "uuid", "email", "url", "json"),
)
"""Types that are one word."""
DIGITS = 18
"""The most digits of a decimal, so that it is a 64-bit integer in a database."""

_LONGEST = 1_000_000  # a body has at most 1 MiB
_LONGEST_UNIQUE = 600  # a PostgreSQL index entry has at most about 2,700 bytes
_LARGEST = 2**53 - 1  # JSON numbers are exact up to here in every language

_NUMBER = r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?"
_SHAPE = re.compile(
    r"(?P<type>[^\s?<>=()]+(?:\([^()]*\)\]?)?|[^\s?<>=]+)"
    r"(?P<optional>\?)?(?P<unique>\s+unique)?(?P<private>\s+private)?"
    rf"(?:\s*(?P<op>>=|<=|==|>|<)\s*(?P<number>{_NUMBER})|\s+(?P<least>{_NUMBER})\.\.(?P<most>{_NUMBER}))?"
)
LIMITS = rf"(?:\s*(?:>=|<=|==|>|<)\s*{_NUMBER}|\s+{_NUMBER}\.\.{_NUMBER})?"
"""The limits at the end of a field, as a regular expression that is also valid in JavaScript."""
WITH_BRACKETS = r"decimal\(\s*[0-9]{1,2}\s*,\s*[0-9]{1,2}\s*\)|money\([A-Z]{3}\)"
"""Types with a part in brackets, likewise."""

_INCOMPLETE = {"list": "list[str]", "ref": "ref(users)"}

# Names of types in other languages. User-defined types have precedence: `number` can be one.
OTHER_WORDS = {
    "array": "list[str]",
    "boolean": "bool",
    "datetime": "time",
    "decimal": "decimal(9,2)",
    "double": "float",
    "guid": "uuid",
    "integer": "int",
    "number": "float",
    "numeric": "decimal(9,2)",
    "object": "json",
    "real": "float",
    "string": "str",
    "text": "str",
    "timestamp": "time",
    "uri": "url",
}


def field_of(name: Name, text: str, at: Location = NOWHERE) -> Field | Problem:
    """Parse a field: `field_of(Name("price"), "money >= 0")`."""
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        hint = 'write TYPE, then "?" if it may be empty, "unique", "private", and a limit: "money? >= 0"'
        return at.problem("bad-field", f"{shown(text)} does not describe a field", hint)
    kind = _type_of(re.sub(r"\s", "", match["type"]), at)
    if isinstance(kind, Problem):
        return kind
    unique = match["unique"] is not None
    bound: Bound | Problem | None = None
    length: Length | Problem | None = None
    if match["most"] is not None and not kind.is_number:
        length = _length_of(match["least"], match["most"], unique, at)
    elif limit := _limit_of(match):
        bound = _fault(limit, kind, at) or limit
    if isinstance(bound, Problem):
        return bound
    if isinstance(length, Problem):
        return length
    return Field(
        name, kind, match["optional"] is not None, unique, bound, match["private"] is not None, length
    )


def _type_of(word: str, at: Location) -> FieldType | Problem:
    if word in SCALARS:
        return FieldType(word)
    for shape, read in _SHAPES:
        if match := shape.fullmatch(word):
            return read(match[1], at)
    if word in _INCOMPLETE:
        return at.problem("bad-field", f'"{word}" of what?', f'write "{_INCOMPLETE[word]}"')
    name = type_name(word, at)
    if not isinstance(name, Problem):
        return FieldType("type", name)
    if meant := OTHER_WORDS.get(word.lower()):
        return at.problem("unknown-type", f"there is no type {shown(word)}", f'write "{meant}"')
    return name


def _ref_of(word: str, at: Location) -> FieldType | Problem:
    service = service_name(word, at)
    return service if isinstance(service, Problem) else FieldType("ref", service)


def _decimal_of(digits: str, at: Location) -> FieldType | Problem:
    match = re.fullmatch(r"([0-9]{1,2}),([0-9]{1,2})", digits)
    precision, scale = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= precision <= DIGITS or scale > precision:
        message = f"{shown(f'decimal({digits})')} is not a decimal"
        hint = f'write its digits, at most {DIGITS}, and how many are after the point: "decimal(9,2)"'
        return at.problem("bad-field", message, hint)
    return FieldType("decimal", precision=precision, scale=scale)


def _money_of(currency: str, at: Location) -> FieldType | Problem:
    if not re.fullmatch("[A-Z]{3}", currency):
        hint = 'write three capital letters: "money(EUR)"'
        return at.problem("bad-field", f"{shown(currency)} is not a currency", hint)
    return FieldType("money", currency=currency)


def _list_of(word: str, at: Location) -> FieldType | Problem:
    if word.startswith("list["):
        hint = "put the inner list into an entry under types"
        return at.problem("list-of-lists", "a list of lists is not offered", hint)
    element = _type_of(word, at)
    return element if isinstance(element, Problem) else FieldType("list", element)


def _length_of(least: str, most: str, unique: bool, at: Location) -> Length | Problem:
    longest = _LONGEST_UNIQUE if unique else _LONGEST
    numbers = [int(each) if each.isdigit() and len(each) < 10 else -1 for each in (least, most)]
    length = Length(*numbers)
    if not 0 <= length.least <= length.most <= longest or length.most == 0:
        message = f"{least}..{most} is not a valid length{' of a unique field' if unique else ''}"
        hint = f"write two whole numbers, the smaller one first, the larger one at most {longest}"
        return at.problem("bad-field", message, hint)
    return length


def _limit_of(match: re.Match[str]) -> Bound | None:
    if match["most"] is not None:
        return Bound("..", Decimal(match["least"]), Decimal(match["most"]))
    return Bound(cast(Operator, match["op"]), Decimal(match["number"])) if match["op"] is not None else None


def _fault(limit: Bound, type_: FieldType, at: Location) -> Problem | None:
    """What makes the limit one that no value of the type can have, or be compared with."""
    for number in filter(None, (limit.number, limit.most)):
        if type_.kind == "decimal":
            if not fits_digits(number, type_):
                message = f"the limit {number:f} is not a {type_}"
                return at.problem("bad-field", message, f'for example "{type_} >= 0"')
        elif abs(number) > _LARGEST:
            return at.problem("bad-field", f"the limit {number:f} is too large", f"at most {_LARGEST}")
        elif type_.kind == "float" and Decimal(repr(float(number))) != number:
            hint = 'write fewer of them, or "decimal(18,9)" as the type'
            return at.problem("bad-field", f"the limit {number:f} has more digits than a float", hint)
        elif type_.kind != "float" and number % 1:
            hint = 'write a whole number, or "float" or "decimal(9,2)" as the type'
            return at.problem("bad-field", f"the limit {number:f} of {type_} is not a whole number", hint)
    if _is_empty(limit, type_):
        hint = "write the smaller number first" if limit.most is not None else f'for example "{type_} >= 0"'
        return at.problem("bad-field", f"no {type_} is within {limit}", hint)
    return None


def _is_empty(limit: Bound, type_: FieldType) -> bool:
    """Whether its numbers are in the wrong order, or it excludes the last decimal of the type."""
    if limit.most is not None:
        return limit.number > limit.most
    step = {">": 1, "<": -1}.get(limit.op, 0) * Decimal(1).scaleb(-type_.scale)
    return type_.kind == "decimal" and not fits_digits(limit.number + step, type_)


def fits_digits(number: Decimal, type_: FieldType) -> bool:
    """Whether the number has no more digits than the decimal, before and after the point."""
    most = 10 ** (type_.precision - type_.scale)
    return -most < number < most and number.quantize(Decimal(1).scaleb(-type_.scale)) == number


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str, Location], FieldType | Problem]], ...] = (
    (re.compile(r"list\[(.*)\]"), _list_of),
    (re.compile(r"ref\((.*)\)"), _ref_of),
    (re.compile(r"decimal\((.*)\)"), _decimal_of),
    (re.compile(r"money\((.*)\)"), _money_of),
)
