"""Find the requests in an OpenAPI document that clients may retry."""

from __future__ import annotations

import re

from blueprint.documents.schemas import Json

_KEY = "idempotency-key"
_PARAMETER = re.compile(r"\\\{[^/]*?\\\}")


def posts_with_key(document: Json) -> str | None:
    """A regular expression for paths whose POST accepts an `Idempotency-Key`, or None."""
    paths = [
        _PARAMETER.sub("[^/]+", re.escape(path).replace(r"\-", "-"))
        for path, item in _objects(document.get("paths"))
        for method, operation in _objects(item)
        if method == "post" and _takes_key(document, item, operation)
    ]
    return f"^({'|'.join(paths)})$" if paths else None


def _takes_key(document: Json, item: Json, operation: Json) -> bool:
    listed = [*_list(item.get("parameters")), *_list(operation.get("parameters"))]
    parameters = [_resolved(document, each) for each in listed]
    return any(each.get("in") == "header" and str(each.get("name")).lower() == _KEY for each in parameters)


def _resolved(document: Json, parameter: Json) -> Json:
    reference = parameter.get("$ref")
    if not isinstance(reference, str):
        return parameter
    found: object = document
    for name in reference.removeprefix("#/").split("/"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _objects(value: object) -> list[tuple[str, Json]]:
    entries = value.items() if isinstance(value, dict) else ()
    return [(name, each) for name, each in entries if isinstance(each, dict)]


def _list(value: object) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
