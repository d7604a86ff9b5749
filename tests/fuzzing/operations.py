"""What an OpenAPI document lets a client ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_FORMATS = {
    "date-time": "2030-01-31T12:00:00Z",
    "date": "2030-01-31",
    "uuid": "2f1e9c52-7c1d-4d0e-9a55-0f4d1b8c6a3e",
    "email": "ada@example.com",
    "uri": "https://example.com",
}
_PARAMETER = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """`sample` is a body that it takes; None where it takes none."""

    method: str
    template: str
    sample: Any

    def path(self, value: str) -> str:
        """With this value for each parameter."""
        return _PARAMETER.sub(lambda _: value, self.template)


def operations(document: Json) -> Iterator[Operation]:
    for template, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                body = operation.get("requestBody", {}).get("content", {}).get("application/json")
                yield Operation(method.upper(), template, body and _sample(document, body["schema"]))


def _sample(document: Json, schema: Json) -> Any:
    if "$ref" in schema:
        return _sample(document, _resolved(document, schema["$ref"]))
    if "anyOf" in schema:
        return _sample(document, schema["anyOf"][0])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    match kinds[0]:
        case "object":
            return {name: _sample(document, each) for name, each in schema.get("properties", {}).items()}
        case "array":
            return [_sample(document, schema["items"])]
        case "integer":
            return int(max(1, schema.get("minimum", 1)))
        case "number":
            return max(0.5, schema.get("minimum", 0.5))
        case "boolean":
            return True
        case _:
            return "1" if "pattern" in schema else _FORMATS.get(schema.get("format", ""), "x" * 8)


def _resolved(document: Json, reference: str) -> Json:
    found: Any = document
    for key in reference.removeprefix("#/").split("/"):
        found = found[key]
    return dict(found)
