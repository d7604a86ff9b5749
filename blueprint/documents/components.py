"""What the operations of an OpenAPI document have in common: parameters and errors."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from blueprint.documents.schemas import Json


class _Error(Struct, frozen=True):
    """An answer that is no success; `has_fields` if it may name the fields that are wrong."""

    name: str
    description: str
    has_fields: bool = False


_ERRORS: Mapping[str, _Error] = {
    "400": _Error("BadRequest", "The body is not JSON, or the cursor not one of ours."),
    "404": _Error("NotFound", "There is none with this id."),
    "409": _Error("Taken", "Another one has the same value in a field that is unique."),
    "413": _Error("TooLarge", "The body is over 1 MiB."),
    "422": _Error("Invalid", "A value is missing or not valid, or the key came with another body.", True),
    "default": _Error("Failed", "Something else went wrong."),
}

_PARAMETERS: Mapping[str, Json] = {
    "Cursor": {
        "name": "cursor",
        "in": "query",
        "description": "The `next_cursor` of the page before.",
        "schema": {"type": "string"},
    },
    "Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key and body again create nothing: the answer is what the first "
        "request created. Kept for a day.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "Limit": {
        "name": "limit",
        "in": "query",
        "description": "How many items a page has at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    },
}

_PROBLEM: Json = {
    "type": {"type": "string"},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string"},
}

_FIELD_ERRORS: Json = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
        "required": ["field", "message"],
    },
}


def shared_components() -> Json:
    """The members `parameters` and `responses` of the components."""
    return {
        "parameters": dict(_PARAMETERS),
        "responses": {
            error.name: _response(error) for error in sorted(_ERRORS.values(), key=lambda e: e.name)
        },
    }


def parameters(*names: str) -> list[Json]:
    """References to these parameters: Cursor, Id, IdempotencyKey, Limit."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def errors(*statuses: str) -> Json:
    """References to the answers with these statuses, and to the one for everything else."""
    listed = (*statuses, "default")
    return {status: {"$ref": f"#/components/responses/{_ERRORS[status].name}"} for status in listed}


def _response(error: _Error) -> Json:
    properties = {**_PROBLEM, "errors": _FIELD_ERRORS} if error.has_fields else _PROBLEM
    schema = {"type": "object", "title": "Problem", "properties": properties, "required": list(_PROBLEM)}
    return {"description": error.description, "content": {"application/problem+json": {"schema": schema}}}
