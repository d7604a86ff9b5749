"""JSON merged by key."""

from __future__ import annotations

import json

from blueprint.merging.brackets import Entry, bracket_block
from blueprint.merging.data import Data, plain_data, refuse_twice
from blueprint.merging.spans import Block


def load_json(text: str) -> Data:
    """The data. Raises ValueError for invalid JSON or duplicate keys, and RecursionError."""
    return plain_data(json.loads(text, object_pairs_hook=_object))


def json_block(text: str) -> Block | None:
    """A document; None unless it is an object or array. Raises ValueError, RecursionError."""
    return bracket_block(text, _read)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    refuse_twice(key for key, _ in pairs)
    return dict(pairs)


def _read(element: str, bracket: str) -> Entry:
    if bracket == "[":
        return Entry(load_json(element))
    [(key, value)] = json.loads(f"{{{element}}}").items()
    return Entry(plain_data(value), key)
