"""FastAPI with a complete OpenAPI document, which includes the error responses of every route."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.utils import generate_unique_id
from pydantic import FilePath

from shop.platform.http.problems import MEDIA_TYPE, Problem, description_of, problems
from shop.platform.settings import Environment

JSON = "application/json"
ABOUT = (
    "Amounts are integer numbers of cents, times RFC 3339 in UTC, ids opaque strings. "
    "A request body has at most 1 MiB and no U+0000 in a string; unknown properties are ignored. "
    "Errors are `application/problem+json` (RFC 9457)."
)


class DocumentSettings(Environment, env_ignore_empty=True):
    openapi_file: FilePath | None = None


class DocumentedAPI(FastAPI):
    """`published` replaces the document of the app's own routes."""

    def __init__(self, published: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(
            description=ABOUT, responses=problems("default"), generate_unique_id_function=_operation_id, **options
        )
        self._published = published

    def openapi(self) -> dict[str, Any]:
        if self._published:
            return self._published
        document = super().openapi()
        if "responses" not in document.get("components", {"responses": {}}):
            _name_problems(document)
        return document


def published_document() -> dict[str, Any] | None:
    """Return the document of the whole system, if OPENAPI_FILE names it."""
    file = DocumentSettings().openapi_file
    if file is None:
        return None
    document: dict[str, Any] = json.loads(file.read_text())
    return document


def _operation_id(route: APIRoute) -> str:
    """Return the first tag and the name of the function: `orders_create`."""
    return f"{route.tags[0]}_{route.name}".replace(" ", "_") if route.tags else generate_unique_id(route)


def _name_problems(document: dict[str, Any]) -> None:
    """Add the error responses of the platform. Shared ones are defined once in the components."""
    schemas, shared = document["components"]["schemas"], {}
    name = next(name for name, schema in schemas.items() if schema.get("description") == Problem.__doc__)
    content = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    for operation in (operation for item in document["paths"].values() for operation in item.values()):
        answers = operation["responses"]
        for status in _of_every_route(operation):
            answers.setdefault(status, {"description": description_of(status), "content": {JSON: content}})
        for status, answer in answers.items():
            if answer.get("content", {}).get(JSON) == content:
                answer["content"] = {MEDIA_TYPE: content}
                if answer["description"] == description_of(status):
                    shared[f"Problem{status.capitalize()}"] = answer
                    answers[status] = {"$ref": f"#/components/responses/Problem{status.capitalize()}"}
        operation["responses"] = dict(sorted(answers.items()))
    document["components"]["responses"] = dict(sorted(shared.items()))


def _of_every_route(operation: dict[str, Any]) -> Iterator[str]:
    if "security" in operation:
        yield "401"
    if "requestBody" in operation:
        yield from ("400", "413")
    if "requestBody" in operation or "parameters" in operation:
        yield "422"
