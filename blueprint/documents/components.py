"""The kit's parts of OpenAPI documents: parameters, and problems with their models."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from blueprint.documents.naming import reference
from blueprint.documents.schemas import Json

ABOUT = (
    "Amounts are integer numbers of cents, times RFC 3339 in UTC, ids opaque strings. "
    "A request body has at most 1 MiB and no U+0000 in a string; unknown properties are ignored. "
    "Errors are `application/problem+json` (RFC 9457)."
)

_PROBLEMS: Mapping[str, str] = {
    "400": "The body is not JSON, or the cursor is invalid.",
    "404": "The resource does not exist.",
    "409": "Another resource already has this value.",
    "413": "The body is larger than 1 MiB.",
    "422": "A value is missing or invalid, or the idempotency key was used with another body.",
    "501": "Not Implemented",
    "default": "An unexpected error.",
}
_TEXT: Json = {"type": "string"}
_TEXT_OR_NULL: Json = {"anyOf": [_TEXT, {"type": "null"}]}


class KitModels(Struct, frozen=True):
    """The kit's models in the project with this package, by full name."""

    package: str

    @property
    def row_error(self) -> str:
        """Why a row cannot be read."""
        return f"{self.package}__platform__http__pages__RowError-Output"

    @property
    def definitions(self) -> Json:
        """Each model by its name."""
        errors: Json = {
            "items": reference(self._field_error),
            "type": "array",
            "title": "Errors",
            "default": [],
        }
        status: Json = {"type": "integer", "title": "Status"}
        problem: dict[str, Json] = {
            "type": _TEXT,
            "title": _TEXT,
            "status": status,
            "detail": _TEXT,
            "errors": errors,
        }
        field_error, row_error = (
            {"field": _TEXT, "message": _TEXT},
            {"id": _TEXT, "field": _TEXT, "message": _TEXT},
        )
        return {
            self._problem: _model("Problem", problem, "Problem details (RFC 9457), with the invalid fields."),
            self._field_error: _model("FieldError", field_error, "An invalid field."),
            self.row_error: _model(
                "RowError",
                row_error,
                "A field of a stored row that cannot be read, without its value.",
            ),
        }

    def responses(self, *statuses: str) -> Json:
        """The responses referenced by `problems`."""
        content = {"application/problem+json": {"schema": reference(self._problem)}}
        return {
            _response(status): {"description": _PROBLEMS[status], "content": content} for status in statuses
        }

    @property
    def _problem(self) -> str:
        return f"{self.package}__platform__http__problems__Problem-Output"

    @property
    def _field_error(self) -> str:
        return f"{self.package}__platform__http__problems__FieldError-Output"


def problems(*statuses: str) -> Json:
    """References to the responses with these statuses, and to the default one."""
    listed = (*statuses, "default")
    return {status: {"$ref": f"#/components/responses/{_response(status)}"} for status in listed}


def titled(name: str, schema: Json) -> Json:
    """The schema of a property or a parameter."""
    return {**schema, "title": name.title().replace("_", " ").strip()}


def path_parameter(name: str) -> Json:
    """A parameter of a path, which is text."""
    return {"name": name, "in": "path", "required": True, "schema": titled(name, _TEXT)}


PATH_ID: Json = path_parameter("id")


def idempotency_key() -> Json:
    """The header by which a request is known when it comes again."""
    text = {**_TEXT, "minLength": 1, "maxLength": 200}
    about = (
        "A repeated request with the same key and body returns the first resource. Keys are stored for a day."
    )
    return _optional("Idempotency-Key", "header", {"anyOf": [text, {"type": "null"}]}, about)


def page_limit() -> Json:
    """How long a page is."""
    schema = {"type": "integer", "maximum": 100, "minimum": 1}
    return _optional("limit", "query", schema, "Maximum number of items per page.", {"default": 20})


def page_cursor() -> Json:
    """Where a page begins."""
    return _optional("cursor", "query", _TEXT_OR_NULL, "The `next_cursor` of the previous page.")


def next_cursor() -> Json:
    """Where the page after a page begins."""
    return titled("next_cursor", _TEXT_OR_NULL)


def _optional(name: str, where: str, schema: Json, about: str, default: Json | None = None) -> Json:
    schema = {**schema, "description": about, **(default or {})}
    return {
        "name": name,
        "in": where,
        "required": False,
        "schema": titled(name, schema),
        "description": about,
    }


def _model(title: str, properties: Mapping[str, Json], about: str) -> Json:
    return {
        "properties": {
            name: schema if "title" in schema else titled(name, schema) for name, schema in properties.items()
        },
        "type": "object",
        "required": [name for name, schema in properties.items() if "default" not in schema],
        "title": title,
        "description": about,
    }


def _response(status: str) -> str:
    return f"Problem{status.capitalize()}"
