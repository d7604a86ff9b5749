"""Errors as `application/problem+json` (RFC 9457)."""

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shop.platform.http.cors import origin_headers
from shop.platform.http.headers import SECURITY_HEADERS
from shop.platform.storage.database import Duplicate
from shop.platform.storage.rows import InvalidValue, UnreadableRow, row_errors
from shop.platform.storage.table import Record
from shop.platform.workflows.tasks import Unavailable

MEDIA_TYPE = "application/problem+json"
DESCRIPTIONS = {
    "400": "The body is not JSON, or the cursor is invalid.",
    "401": "The caller is not authenticated.",
    "404": "The resource does not exist.",
    "409": "Another resource already has this value.",
    "413": "The body is larger than 1 MiB.",
    "422": "A value is missing or invalid, or the idempotency key was used with another body.",
    "429": "Too many requests. `Retry-After` says when to retry.",
    "default": "An unexpected error.",
}


class FieldError(BaseModel):
    """An invalid field."""

    field: str
    message: str


class Problem(BaseModel):
    """Problem details (RFC 9457), with the invalid fields."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


def problems(*statuses: int | Literal["default"]) -> dict[int | str, dict[str, Any]]:
    """Return the `responses=` of a route for the errors that it raises: `problems(404, 409)`."""
    return {status: {"model": Problem, "description": description_of(str(status))} for status in statuses}


def description_of(status: str) -> str:
    return DESCRIPTIONS.get(status) or HTTPStatus(int(status)).phrase


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, errors: list[dict[str, str]] | None = None
) -> Response:
    """Return a response in ASCII, as quoted parts of a request may not be valid UTF-8."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    content = body if errors is None else {**body, "errors": errors}
    return Response(json.dumps(content), status, headers, media_type=MEDIA_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    app.exception_handler(HTTPException)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(InvalidValue)(_invalid_value)
    app.exception_handler(ValidationError)(_unfit)
    app.exception_handler(Duplicate)(_taken)
    app.exception_handler(Unavailable)(_unavailable)
    app.exception_handler(UnreadableRow)(_unreadable)
    app.exception_handler(Exception)(_broken)


async def _refused(_: Request, error: HTTPException) -> Response:
    return problem(error.status_code, error.detail, error.headers)


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    if any(e["type"] == "json_invalid" for e in error.errors()):
        return problem(400, "The body is not valid JSON.")
    if isinstance(error.body, bytes):
        missing = {"field": "Content-Type", "message": "must be application/json"}
        return problem(422, "The body requires the header Content-Type: application/json.", errors=[missing])
    errors = [{"field": ".".join(map(str, e["loc"][1:])), "message": e["msg"]} for e in error.errors()]
    return problem(422, "The request is not valid.", errors=errors)


async def _invalid_value(_: Request, error: InvalidValue) -> Response:
    return problem(422, "The request is not valid.", errors=[{"field": error.name, "message": error.reason}])


async def _unfit(_: Request, error: ValidationError) -> Response:
    """Handle a rule that only the record has. An invalid value of any other model is a bug."""
    if error.title not in {record.__name__ for record in Record.__subclasses__()}:
        raise error
    errors = [{"field": one.field, "message": one.message} for one in row_errors("", error)]
    return problem(422, "The request is not valid.", errors=errors)


async def _taken(_: Request, error: Duplicate) -> Response:
    message = "is already taken" if len(error.fields) == 1 else "is already taken in this combination"
    errors = [{"field": field, "message": message} for field in error.fields]
    return problem(409, "Another resource already has this value.", errors=errors)


async def _unavailable(_: Request, error: Unavailable) -> Response:
    seconds = max(1, math.ceil(error.retry_after))
    return problem(503, "A dependency is not available.", {"Retry-After": str(seconds)})


async def _unreadable(_: Request, error: UnreadableRow) -> Response:
    """Name the row, as the log does: the error lasts until an operator repairs it."""
    rows = ", ".join(dict.fromkeys(one.id for one in error.errors))
    errors = [{"field": one.field, "message": one.message} for one in error.errors]
    return problem(500, f"The stored data of {rows} in {error.table} cannot be read.", errors=errors)


async def _broken(request: Request, _: Exception) -> Response:
    """Add headers: Starlette sends this response from outside of all middleware, then uvicorn closes the connection."""
    headers = {**SECURITY_HEADERS, **origin_headers(request), "Connection": "close"}
    return problem(500, "An unexpected error occurred.", headers)
