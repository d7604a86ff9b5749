"""Merge three documents as data. A merged text has to load to the same data.

Data is made of dicts, lists and scalars; a scalar is a pair of the name of its type and its text, so that 1,
1.0 and True differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from blueprint.merging.spans import MergeConflict

Scalar = tuple[str, str]
Data: TypeAlias = "dict[str, Data] | list[Data] | Scalar"
Key = tuple[Hashable, int]
_K = TypeVar("_K")

_REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?(?=\s*[<>=!~@;])")
_IN = "in"
"""A parameter of an OpenAPI document is identified by its name and location."""


class _Nothing:
    """Marks a missing value."""


_NOTHING = _Nothing()


def plain_data(value: object) -> Data:
    """Convert the output of a JSON or TOML parser."""
    if isinstance(value, Mapping):
        return {str(key): plain_data(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain_data(each) for each in value]
    return type(value).__name__, value if isinstance(value, str) else repr(value)


def identity(value: Data) -> Hashable | None:
    """The stable identity of a list element; None if it has none."""
    if isinstance(value, dict):
        for key in ("name", "id", "uses"):
            name = value.get(key)
            if isinstance(name, tuple):
                is_action = key == "uses"  # of a workflow: without its version
                return key, name[1].partition("@")[0] if is_action else name[1], _frozen(value.get(_IN))
        return None
    match = _REQUIREMENT.match(value[1]) if isinstance(value, tuple) and value[0] == "str" else None
    return ("requirement", re.sub(r"[-_.]+", "-", match[1]).lower()) if match else None


def keys_of(values: Sequence[Data]) -> list[tuple[Key, bool]]:
    """A unique key for each element of a list, and whether it is a name."""
    seen = Counter[Hashable]()
    keys = []
    for value in values:
        name = identity(value)
        key = ("value", _frozen(value)) if name is None else name
        seen[key] += 1
        keys.append(((key, seen[key]), name is not None))
    return keys


def merge_data(base: Data, yours: Data, new: Data) -> Data:
    """The data with both changes; lists are treated as sets. Raises MergeConflict."""
    merged = _merged(base, yours, new)
    if isinstance(merged, _Nothing):
        raise MergeConflict("one side removed everything")
    return merged


def same_data(one: Data, other: Data) -> bool:
    """Whether they are equal, ignoring the order of lists."""
    return _unordered(one) == _unordered(other)


def _merged(base: Data | _Nothing, yours: Data | _Nothing, new: Data | _Nothing) -> Data | _Nothing:
    if yours == new or new == base:
        return yours
    if yours == base:
        return new
    if isinstance(yours, dict) and isinstance(new, dict) and isinstance(base, dict | _Nothing):
        return _merged_keys(base if isinstance(base, dict) else {}, yours, new)
    if isinstance(yours, list) and isinstance(new, list) and isinstance(base, list | _Nothing):
        return _merged_lists(base if isinstance(base, list) else [], yours, new)
    raise MergeConflict("both sides changed a value")


def _merged_keys(base: Mapping[_K, Data], yours: Mapping[_K, Data], new: Mapping[_K, Data]) -> dict[_K, Data]:
    merged = {
        key: _merged(base.get(key, _NOTHING), yours.get(key, _NOTHING), new.get(key, _NOTHING))
        for key in dict.fromkeys([*yours, *new])
    }
    return {key: value for key, value in merged.items() if not isinstance(value, _Nothing)}


def _merged_lists(base: list[Data], yours: list[Data], new: list[Data]) -> list[Data]:
    keyed = [dict(zip(keys_of(side), side, strict=True)) for side in (base, yours, new)]
    b, y, n = ({key for key, is_named in side if not is_named} for side in keyed)
    if y - b and n - b and y != n and b - y - n:
        raise MergeConflict("both sides replaced the same entry")
    before, mine, theirs = ({key: value for (key, _), value in side.items()} for side in keyed)
    return list(_merged_keys(before, mine, theirs).values())


def _frozen(value: Data | None) -> Hashable:
    if isinstance(value, dict):
        return tuple((key, _frozen(each)) for key, each in sorted(value.items()))
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _unordered(value: Data) -> Hashable:
    if isinstance(value, dict):
        return frozenset((key, _unordered(each)) for key, each in value.items())
    if isinstance(value, list):
        return frozenset(Counter(map(_unordered, value)).items())
    return value


def refuse_twice(keys: Iterable[str]) -> None:
    """Raise ValueError for duplicate keys."""
    for key, count in Counter(keys).items():
        if count > 1:
            raise ValueError(f"duplicate key {key} ({count} times)")
