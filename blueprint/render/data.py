"""Read YAML data of several packs, fill in names, and merge it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

from blueprint.cache import Cache
from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.plan.model import Contribution, Scope

Scalar = str | int | float | bool
Data = Scalar | list["Data"] | dict[str, "Data"] | None
Keys = tuple[str, ...]

_PLACEHOLDER = re.compile(r"\$\{([a-z]+(?:\.[a-z]+)?)\}")
_START = "${"
"""Most texts contain no name, and this check is cheaper than a search."""


def merged_data(contributions: Iterable[Contribution], cache: Cache) -> dict[str, Data]:
    """Mappings merge, lists grow by what they do not hold yet, and for one value there is one pack.

    `cache` has what earlier runs have read: JSON takes a tenth of the time. Raises PackError where two packs
    want two values in one place, or a file holds no mapping.
    """
    merging = _Merging()
    for contribution in contributions:
        merging.add(merging.result, _read(contribution, cache), contribution.origin.pack.label, ())
    return merging.result


class _Merging:
    def __init__(self) -> None:
        self.result: dict[str, Data] = {}
        self._packs: dict[Keys, str] = {}

    def add(self, into: dict[str, Data], data: Mapping[str, Data], pack: str, above: Keys) -> None:
        for key, new in data.items():
            keys = (*above, key)
            if key not in into:
                into[key] = new
                self._packs[keys] = pack
            else:
                self._join(into, key, new, pack, keys)

    def _join(self, into: dict[str, Data], key: str, new: Data, pack: str, keys: Keys) -> None:
        old = into[key]
        if isinstance(old, dict) and isinstance(new, dict):
            self.add(old, new, pack, keys)
        elif isinstance(old, list) and isinstance(new, list):
            old += [item for item in new if item not in old]
        elif (type(old), old) != (type(new), new):
            message = f"{'.'.join(keys)} is {old!r} in {self._pack_of(keys)} and {new!r} in {pack}"
            raise PackError(Problem("pack-conflict", message))

    def _pack_of(self, keys: Keys) -> str:
        """The pack that wrote the value, or its mapping."""
        return next(self._packs[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in self._packs)


def _read(contribution: Contribution, cache: Cache) -> dict[str, Data]:
    path = contribution.origin.file.location
    data = _filled(_content(path, cache), contribution.scope, path)
    if not isinstance(data, dict):
        raise _fault(path, "the file is not a mapping")
    return data


def _content(path: Path, cache: Cache) -> object:
    text = path.read_bytes()
    key = hashlib.sha256(text).hexdigest()
    if known := cache.get(key):
        return json.loads(known)
    import yaml  # imported lazily: not needed with a cache

    try:
        content: object = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text).get_single_data()
    except yaml.YAMLError as error:
        raise _fault(path, " ".join(str(error).split())) from error
    if _is_json(content):
        cache.put(key, json.dumps(content).encode())
    return content


def _is_json(content: object) -> bool:
    """Whether JSON preserves it: JSON has no dates, and turns numeric keys into text."""
    try:
        return bool(json.loads(json.dumps(content)) == content)
    except (TypeError, ValueError):
        return False


def _filled(value: object, scope: Scope, path: Path) -> Data:
    """The value with names filled in. Refuses values that JSON does not support."""
    if isinstance(value, str):
        return _fill(value, scope.names, path)
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, list):
        return [_filled(item, inner, path) for item in value for inner in _scopes([*_said(item)], scope)]
    if isinstance(value, dict):
        return {
            _key(key, inner, path): _filled(item, inner, path)
            for key, item in value.items()
            for inner in _scopes([key], scope)
        }
    raise _fault(path, f"{value} is a {type(value).__name__}: put it in quotes")


def _scopes(texts: Sequence[object], scope: Scope) -> Iterable[Scope]:
    """The scopes of an entry with these texts: one for each subject of a named kind, or one."""
    marked = [text for text in map(str, texts) if _START in text]
    if not marked:
        return [scope]
    named = {placeholder.partition(".")[0] for text in marked for placeholder in _PLACEHOLDER.findall(text)}
    kind = next((kind for kind in scope.each if kind in named), None)
    if kind is None:
        return [scope]
    others = {other: scopes for other, scopes in scope.each.items() if other != kind}
    inside = (Scope({**scope.names, **one.names}, {**others, **one.each}) for one in scope.each[kind])
    return [scope for one in inside for scope in _scopes(texts, one)]


def _said(item: object) -> Iterator[object]:
    """The texts of a list item, without nested items that are repeated themselves."""
    if isinstance(item, dict):
        for key, value in item.items():
            if _START not in str(key) or not _PLACEHOLDER.search(str(key)):
                yield from _said(value)
    elif not isinstance(item, list):
        yield item


def _key(key: object, scope: Scope, path: Path) -> str:
    if not isinstance(key, str):
        raise _fault(path, f"the key {key!r} is no text: put it in quotes")
    return _fill(key, scope.names, path)


def _fill(text: str, names: Mapping[str, str], path: Path) -> str:
    if _START not in text:
        return text
    if unknown := set(_PLACEHOLDER.findall(text)) - names.keys():
        raise _fault(path, f"${{{min(unknown)}}} is not known here")
    return _PLACEHOLDER.sub(lambda match: names[match[1]], text)


def _fault(path: Path, message: str) -> PackError:
    return PackError(Problem("bad-pack", message, path=str(path)))
