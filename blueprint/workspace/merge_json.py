"""JSON merged by key, where lines clash only because they are neighbours."""

from __future__ import annotations

import json
from collections.abc import Iterable

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


class _Clash(Exception):
    """Both sides changed one value, each in its own way."""


class _Nothing:
    """Stands for a key that is not there."""


_NOTHING = _Nothing()


def merged_json(base: bytes, yours: bytes, new: bytes) -> bytes | None:
    """Both changes in one document, indented as yours is. None where a value clashes, or one is no JSON."""
    try:
        merged = _merged(*(json.loads(text) for text in (base, yours, new)))
    except (ValueError, RecursionError, _Clash):
        return None
    is_plain = yours.isascii()
    return (json.dumps(merged, indent=_indentation(yours), ensure_ascii=is_plain) + "\n").encode()


def _indentation(text: bytes) -> int | str | None:
    second = text.split(b"\n", 2)[1] if b"\n" in text.strip() else b""
    blank = second[: len(second) - len(second.lstrip())].decode()
    return blank or (2 if b"\n" in text.strip() else None)


def _merged(base: Json | _Nothing, yours: Json | _Nothing, new: Json | _Nothing) -> Json | _Nothing:
    if _equal(new, base) or _equal(new, yours):
        return yours
    if _equal(yours, base):
        return new
    if isinstance(yours, dict) and isinstance(new, dict):
        return _merged_objects(base if isinstance(base, dict) else {}, yours, new)
    if isinstance(base, list) and isinstance(yours, list) and isinstance(new, list):
        return _merged_lists(base, yours, new)
    raise _Clash


def _equal(one: Json | _Nothing, other: Json | _Nothing) -> bool:
    """Python takes 1, 1.0 and True for the same."""
    if isinstance(one, _Nothing) or isinstance(other, _Nothing):
        return one is other
    return json.dumps(one) == json.dumps(other)


def _merged_objects(base: dict[str, Json], yours: dict[str, Json], new: dict[str, Json]) -> dict[str, Json]:
    keys = [*yours, *(key for key in new if key not in yours)]
    found = {key: _merged(*(side.get(key, _NOTHING) for side in (base, yours, new))) for key in keys}
    return {key: value for key, value in found.items() if not isinstance(value, _Nothing)}


def _merged_lists(base: list[Json], yours: list[Json], new: list[Json]) -> Json:
    """What yours has, without what new took out, and behind it what new brings; named objects are merged."""
    named = _names(base), _names(yours), _names(new)
    if named[0] is not None and named[1] is not None and named[2] is not None:
        merged = _merged_objects(named[0], named[1], named[2])
        return [merged[name] for name in dict.fromkeys([*named[2], *named[1]]) if name in merged]
    if any(isinstance(value, dict | list) for value in (*base, *yours, *new)):
        raise _Clash
    kept = [value for value in yours if _holds(new, value) or not _holds(base, value)]
    return kept + [value for value in new if not _holds(base, value) and not _holds(yours, value)]


def _names(values: Iterable[Json]) -> dict[str, Json] | None:
    """Objects by their `name`, if all have one of their own."""
    found: dict[str, Json] = {}
    for value in values:
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = value
    return found


def _holds(values: Iterable[Json], wanted: Json) -> bool:
    return any(_equal(value, wanted) for value in values)
