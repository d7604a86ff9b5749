"""Write common parts of YAML mappings once, with an anchor, and merge them by alias.

A pack names it as data, since an anchor of YAML ends with its file, and packs share theirs:

    x-service: {restart: unless-stopped}
    services:
      web: {"<<": x-service, image: web}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.render.data import Data

_MERGE = "<<"
_EXTENSION = "x-"


class Alias(str):
    """Raw YAML text, which is not quoted."""

    __slots__ = ()


class Anchored(str):
    """The key of a fragment with an anchor."""

    __slots__ = ()

    @property
    def anchor(self) -> str:
        return self.removeprefix(_EXTENSION)


def with_anchors(data: dict[str, Data]) -> dict[str, Data]:
    """The data with fragments before their uses.

    Raises PackError for one that is not there.
    """
    merged = set(_merged(data))
    if not merged:
        return data
    for name in merged:
        if not isinstance(data.get(name), dict):
            raise PackError(Problem("bad-pack", f"there is no mapping {name} to merge"))
    first = sorted(data, key=lambda key: key not in merged and isinstance(data[key], dict | list))
    return {Anchored(key) if key in merged else key: _with_aliases(data[key], data) for key in first}


def _merged(value: Data) -> Iterator[str]:
    if isinstance(value, dict):
        if name := _fragment(value):
            yield name
        for inner in value.values():
            yield from _merged(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _merged(item)


def _fragment(mapping: Mapping[str, Data]) -> str | None:
    """The name of the fragment merged by the mapping. In other data, `<<` is an ordinary key."""
    name = mapping.get(_MERGE)
    return name if isinstance(name, str) and name.startswith(_EXTENSION) else None


def _with_aliases(value: Data, fragments: Mapping[str, Data]) -> Data:
    """The data with aliases, without keys repeated from the fragment."""
    if isinstance(value, list):
        return [_with_aliases(item, fragments) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _with_aliases(item, fragments) for key, item in value.items()}
    name = _fragment(value)
    if name is None:
        return inner
    known = fragments[name]
    own = {key: item for key, item in inner.items() if key != _MERGE and not _says(known, key, value[key])}
    return {Alias(_MERGE): Alias(f"*{Anchored(name).anchor}"), **own}


def _says(fragment: Data, key: str, value: Data) -> bool:
    if not isinstance(fragment, dict) or key not in fragment:
        return False
    return (type(fragment[key]), fragment[key]) == (type(value), value)
