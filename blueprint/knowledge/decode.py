"""Decode a document to structs by their type hints.

In a mapping each value knows its key as `id`, if it has such a field. A list becomes a tuple, or a struct
by position. Limits of a number stand in its hint: `Annotated[float, Limits(0, 100)]`.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from typing import Annotated, Literal, TypeGuard, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct, field

from blueprint.errors import SpecError
from blueprint.spec.document import read_document
from blueprint.spec.findings import Findings, did_you_mean, in_order
from blueprint.spec.location import Marks
from blueprint.spec.names import shown
from blueprint.spec.nodes import Items, Node, Text, marks_of
from blueprint.spec.shape import entries_of, parts_of, text_of, values_of

T = TypeVar("T", bound=Struct)

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
_BOOLEANS = {"true": True, "false": False}


class Limits(Struct, frozen=True):
    """The valid range of a number, including both ends."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"from {self.low:,g} to {self.high:,.15g}"


_MOST_ENTRIES = 1000
"""Entries in one table or list: there are more error codes than services in any spec."""
_ANY_NUMBER = Limits(-1e18, 1e18)


def decode(cls: type[T], content: str | bytes, path: str) -> tuple[T, Marks]:
    """The document as an instance of the struct `cls`, and where its parts stand.

    SpecError holds all that does not fit, in the order of the file.
    """
    document = read_document(content, path, _MOST_ENTRIES)
    findings = Findings(document.problems)
    value = _Decoder(findings).instance(cls, document.root, "the file")
    if findings.problems or not isinstance(value, cls):
        raise SpecError(in_order(findings.problems))
    return value, marks_of(document.root, path)


def _is_struct(hint: object) -> TypeGuard[type[Struct]]:
    return isinstance(hint, type) and issubclass(hint, Struct)


def _required(cls: type[Struct]) -> tuple[str, ...]:
    """Fields without a default, which come first."""
    names = cls.__struct_fields__
    return names[: len(names) - len(cls.__struct_defaults__)]


class _Decoder(Struct, frozen=True):
    """Records errors and returns None for invalid parts: a value with errors is never used."""

    findings: Findings
    known_hints: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def instance(self, cls: type[Struct], node: Node, what: str, key: str | None = None) -> object:
        """An instance of a struct, from a table or a list of its fields in order."""
        wanted = [name for name in cls.__struct_fields__ if key is None or name != "id"]
        if isinstance(node, Items):
            return self._by_position(cls, wanted, node, what)
        parts = parts_of(node, what, wanted, self.findings)
        if isinstance(node, Text) and not node.blank:
            return None
        missing = [name for name in _required(cls) if name in wanted and name not in parts]
        for name in missing:
            message = f'{what} lacks the key "{name}"'
            self.findings.add(node.location, "missing-key", message, f"add {name}: and its value")
        hints = self._hints(cls)
        given = {name: self._value(hints[name], part, f'"{name}"') for name, part in parts.items()}
        if key is not None and "id" in hints:
            given["id"] = key
        return None if missing else cls(**given)

    def _by_position(self, cls: type[Struct], wanted: list[str], node: Items, what: str) -> object:
        if len(node.values) != len(wanted):
            message = f"{what} takes {len(wanted)} values, not {len(node.values)}"
            hint = f"write them in this order: [{', '.join(wanted)}]"
            self.findings.add(node.location, "wrong-shape", message, hint)
            return None
        hints, pairs = self._hints(cls), zip(wanted, node.values, strict=True)
        return cls(*(self._value(hints[name], value, what) for name, value in pairs))

    def _hints(self, cls: type[Struct]) -> Mapping[str, object]:
        """The types of the fields, cached because resolving them is slow."""
        name = cls.__qualname__
        if name not in self.known_hints:
            self.known_hints[name] = get_type_hints(cls, include_extras=True)
        return self.known_hints[name]

    def _value(self, hint: object, node: Node, what: str) -> object:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._number(arguments[0], arguments[1], node, what)
        if origin in (Union, types.UnionType):
            return self._value(arguments[0], node, what)
        if origin is Literal:
            return self._choice(arguments, node, what)
        if origin is tuple:
            parts = values_of(node, what, self.findings)
            return tuple(self._value(arguments[0], part, what) for part in parts)
        if origin is not None:
            return self._mapping(arguments[1], node, what)
        if _is_struct(hint):
            return self.instance(hint, node, what)
        return self._scalar(hint, node, what)

    def _mapping(self, hint: object, node: Node, what: str) -> Mapping[str, object]:
        found: dict[str, object] = {}
        for entry in entries_of(node, what, self.findings):
            name = entry.key.value
            if _is_struct(hint) and not isinstance(entry.value, Items):
                found[name] = self.instance(hint, entry.value, f'"{name}"', name)
            else:
                found[name] = self._value(hint, entry.value, f'"{name}"')
        return found

    def _scalar(self, hint: object, node: Node, what: str) -> object:
        if hint is bool:
            return _BOOLEANS.get(str(self._choice(tuple(_BOOLEANS), node, what)))
        if hint in (int, float):
            return self._number(hint, _ANY_NUMBER, node, what)
        text = text_of(node, what, self.findings)
        if text is not None and not text.value.strip():
            self.findings.add(text.location, "wrong-shape", f"{what} is empty", "write it after the colon")
        return text.value if text else None

    def _choice(self, options: tuple[str, ...], node: Node, what: str) -> str | None:
        text = text_of(node, what, self.findings)
        if text is None or text.value in options:
            return text.value if text else None
        message = f"{what} cannot be {shown(text.value)}"
        self.findings.add(text.location, "unknown-value", message, did_you_mean(text.value, options))
        return None

    def _number(self, kind: object, limits: Limits, node: Node, what: str) -> float | None:
        text = text_of(node, what, self.findings)
        if text is None:
            return None
        number = _number_in(text)
        whole = kind is int
        if number is None or whole and number != int(number):
            message = f"{what} takes a {'whole ' if whole else ''}number, not {shown(text.value)}"
            self.findings.add(text.location, "not-a-number", message, f"write a number {limits}")
        elif not limits.low <= number <= limits.high:
            message = f"{what} is {shown(text.value)}, which is out of range"
            self.findings.add(text.location, "out-of-range", message, f"write a number {limits}")
        else:
            return int(number) if whole else number
        return None


def _number_in(text: Text) -> float | None:
    plain = text.value.replace("_", "")
    return float(plain) if _NUMBER.fullmatch(plain) else None
