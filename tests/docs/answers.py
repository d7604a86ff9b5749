"""The answers of commands with `--json`, as a schema and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from tests.docs.pages import REFERENCE, table

SCHEMA: Mapping[str, Any] = json.loads((REFERENCE / "answer.schema.json").read_text("utf-8"))
_VALIDATOR = jsonschema_rs.validator_for(dict(SCHEMA))
_TABLES = (
    "new",
    "new-template",
    "run",
    "run-failed",
    "checks",
    "events",
    "dead-letters",
    "data",
    "sync",
    "lock",
    "check",
    "undo",
    "fate",
    "packs",
    "packs-test",
    "migrations",
    "explain",
    "completion",
    "change",
    "error",
)
_HEADER = ("key", "is", "")


def complaints(answer: object) -> list[str]:
    """What is not as the schema says."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in _VALIDATOR.iter_errors(answer)
    ]


def answer_text() -> str:
    """The keys that all answers have."""
    return table(_HEADER, _rows(SCHEMA, ""))


def data_text() -> str:
    """A table for each kind of data."""
    defined = SCHEMA["$defs"]
    return "\n\n".join(
        f"### {defined[name]['title']}\n\n{table(_HEADER, _rows(defined[name], ''))}" for name in _TABLES
    )


def _rows(schema: Mapping[str, Any], above: str) -> Iterator[tuple[str, ...]]:
    for key, value in schema["properties"].items():
        path = f"{above}{key}"
        yield f"`{path}`", _type_of(value), value.get("description", "")
        items = value.get("items", {})
        if "properties" in items:
            yield from _rows(items, f"{path}[].")


def _type_of(schema: Mapping[str, Any]) -> str:
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kinds = schema["type"]
    return kinds if isinstance(kinds, str) else " or ".join(kinds)
