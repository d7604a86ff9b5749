"""A document as text, as people and programs read it."""

from __future__ import annotations

import msgspec


def to_json(document: object) -> str:
    """JSON in UTF-8, two spaces a level, with a last end of line; in a fraction of the time of json.dumps."""
    return msgspec.json.format(msgspec.json.encode(document, enc_hook=_plain), indent=2).decode() + "\n"


def _plain(value: object) -> str:
    """Names are text, which msgspec does not see. Raises TypeError for what is no JSON."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{value!r} is a {type(value).__name__}, and no JSON")
