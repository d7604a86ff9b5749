"""Serialize data as readable TOML: tables under headers, long lists with one entry per line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.render.data import Data

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 100


def to_toml(data: Mapping[str, Data]) -> str:
    """The text of the document. Raises PackError for null, which TOML does not support."""
    return "\n".join(_table(data, "")).lstrip("\n") + "\n"


def _table(table: Mapping[str, Data], path: str) -> Iterator[str]:
    """Plain values first: after the header of a nested table, they would belong to that one."""
    for key, value in table.items():
        if not (_is_table(value) or _is_tables(value)):
            yield _assignment(_key(key), value)
    for key, value in table.items():
        header = f"{path}.{_key(key)}" if path else _key(key)
        if _is_table(value):
            yield from _headed(value, header)
        elif _is_tables(value):
            for each in value:
                yield from ("", f"[[{header}]]", *_table(each, header))


def _headed(table: Mapping[str, Data], header: str) -> Iterator[str]:
    holds_only_tables = table and all(_is_table(value) or _is_tables(value) for value in table.values())
    if not holds_only_tables:
        yield from ("", f"[{header}]")
    yield from _table(table, header)


def _assignment(key: str, value: Data) -> str:
    line = f"{key} = {_inline(value)}"
    if isinstance(value, list) and len(line) > _WIDTH:
        entries = "".join(f"    {_inline(item)},\n" for item in value)
        return f"{key} = [\n{entries}]"
    return line


def _inline(value: Data) -> str:
    if value is None:
        raise PackError(Problem("bad-pack", "a null cannot be written as TOML"))
    if isinstance(value, list):
        return f"[{', '.join(_inline(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, str):
        return _text(value)
    # Numbers and booleans are the same in JSON and TOML.
    return json.dumps(value)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_table(value: Data) -> TypeGuard[dict[str, Data]]:
    return isinstance(value, dict)


def _is_tables(value: Data) -> TypeGuard[list[dict[str, Data]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
