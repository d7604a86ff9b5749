"""What an OpenAPI document promises, in a form in which two documents can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# FastAPI writes the range of a 64-bit integer as numbers, the document as the format int64.
_RANGE_OF_INT64 = {"minimum": -(2**63), "exclusiveMaximum": 2**63}
_KEYWORDS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
)


def promises(document: Json) -> set[str]:
    """A line for each thing promised, as `POST /lamps body price minimum: 1`; references are resolved."""
    operations = {
        f"{method.upper()} {path}": {
            "parameters": _parameters(document, [*common, *operation.get("parameters", [])]),
            "body": _content(document, operation.get("requestBody", {})),
            "answers": _answers(document, operation["responses"]),
        }
        for path, method, operation, common in _operations(document)
    }
    return {line.lstrip() for line in _lines(operations)}


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield from (f" {key}{rest}" for key, part in value.items() for rest in _lines(part))
    elif isinstance(value, set):
        yield f": {', '.join(sorted(value))}"
    else:
        yield f": {value}"


def _operations(document: Json) -> Iterator[tuple[str, str, Json, list[Json]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation, item.get("parameters", [])


def _parameters(document: Json, listed: list[Json]) -> Json:
    return {
        f"{parameter['in']} {parameter['name']}": _parameter(document, parameter)
        for parameter in (_resolved(document, each) for each in listed)
    }


def _parameter(document: Json, parameter: Json) -> Json:
    schema = _schema(document, parameter["schema"])
    # There is no way to write null into a URL or a header: FastAPI means that it may be left out.
    schema["types"] -= {"null"}
    return {
        **schema,
        "is required": parameter.get("required", False),
        "default": parameter["schema"].get("default"),
    }


def _answers(document: Json, responses: Json) -> Json:
    return {
        status: _content(document, response)
        for status, response in responses.items()
        if status.startswith("2")
    }


def _content(document: Json, message: Json) -> Json | None:
    if "content" not in message:
        return None
    return _schema(document, message["content"]["application/json"]["schema"])


def _schema(document: Json, schema: Json) -> Json:
    """Types, bounds, members and which of them are required."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        return _either(document, schema["anyOf"])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    result: Json = {keyword: int(schema[keyword]) for keyword in _KEYWORDS if keyword in schema}
    if "integer" in types:
        result = {key: value for key, value in result.items() if _RANGE_OF_INT64.get(key) != value}
    elif "format" in schema:
        result["format"] = schema["format"]
    result["types"] = set(types)
    if "properties" in schema:
        result |= {name: _schema(document, each) for name, each in schema["properties"].items()}
        result["required"] = set(schema.get("required", []))
    if "items" in schema:
        result["items"] = _schema(document, schema["items"])
    return result


def _either(document: Json, choices: list[Json]) -> Json:
    """One kind of value, or null."""
    parts = [_schema(document, choice) for choice in choices]
    [value] = [part for part in parts if part["types"] != {"null"}]
    return {**value, "types": set().union(*(part["types"] for part in parts))}


def _resolved(document: Json, value: Json) -> Json:
    while "$ref" in value:
        target: Any = document
        for key in value["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        value = target
    return value
