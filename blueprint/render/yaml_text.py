"""Serialize data as YAML in block style. Ambiguous texts are quoted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from blueprint.render.data import Data
from blueprint.render.yaml_anchors import Alias, Anchored, with_anchors

_PLAIN = re.compile(r"[A-Za-z_/][\w./@+=-]*(?:[ :][\w./@+=-]+)*", re.ASCII)
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_STEP = "  "


def to_yaml(data: dict[str, Data]) -> str:
    """The text of the document. Raises PackError if a merged fragment is missing."""
    return "\n".join(_lines(with_anchors(data), "")) + "\n" if data else "{}\n"


def _lines(value: dict[str, Data] | list[Data], indent: str) -> Iterator[str]:
    """The lines of a non-empty mapping or list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(f"{indent}{_key(key)}", inner, indent)
    else:
        for item in value:
            yield from _item(item, indent)


def _key(key: str) -> str:
    return f"{key}: &{key.anchor}" if isinstance(key, Anchored) else f"{_text(key)}:"


def _entry(start: str, value: Data, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        yield start
        yield from _lines(value, indent + _STEP)
    else:
        yield from _beside(f"{start} ", value, indent)


def _item(value: Data, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        first, *others = _lines(value, indent + _STEP)
        yield f"{indent}- {first.lstrip(' ')}"
        yield from others
    else:
        yield from _beside(f"{indent}- ", value, indent)


def _beside(start: str, value: Data, indent: str) -> Iterator[str]:
    if isinstance(value, str) and _is_block(value):
        yield f"{start}|" if value.endswith("\n") else f"{start}|-"
        below = indent + _STEP
        yield from (f"{below}{line}".rstrip() for line in value.removesuffix("\n").split("\n"))
    else:
        yield start + _scalar(value)


def _is_block(text: str) -> bool:
    """Whether the text can be a literal block: several lines without trailing spaces."""
    lines = text.removesuffix("\n").split("\n")
    ends_well = bool(lines[0]) and not lines[0].startswith(" ") and bool(lines[-1])
    return (
        len(lines) > 1 and ends_well and all(line.isprintable() and line == line.rstrip() for line in lines)
    )


def _scalar(value: Data) -> str:
    if isinstance(value, str):
        return _text(value)
    # Many parsers read 1e-9 as text, but 1.0e-9 as a number.
    return re.sub(r"^(-?\d+)e", r"\1.0e", json.dumps(value))


def _text(text: str) -> str:
    if isinstance(text, Alias):
        return text
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
