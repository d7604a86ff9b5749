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
    "400": "The body is not JSON, or the cursor is not valid.",
    "401": "The caller is not authenticated.",
    "404": "There is no such resource.",
    "409": "Another resource has this value already.",
    "413": "The body is over 1 MiB.",
    "422": "A value is missing or not valid, or the idempotency key was used with another body.",
    "429": "There were too many requests. `Retry-After` says when to try again.",
    "default": "Something else went wrong.",
}


class FieldError(BaseModel):
    """What is wrong with a field."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong (RFC 9457), and with which fields."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


def problems(*statuses: int | Literal["default"]) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: the problems that it raises itself, as in `problems(404, 409)`."""
    return {status: {"model": Problem, "description": description_of(str(status))} for status in statuses}


def description_of(status: str) -> str:
    return DESCRIPTIONS.get(status) or HTTPStatus(int(status)).phrase


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, errors: list[dict[str, str]] | None = None
) -> Response:
    """In ASCII: what it names of a request may hold what UTF-8 cannot say."""
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
        needed = {"field": "Content-Type", "message": "must say that the body is JSON"}
        return problem(422, "The body is read with the header Content-Type: application/json only.", errors=[needed])
    errors = [{"field": ".".join(map(str, e["loc"][1:])), "message": e["msg"]} for e in error.errors()]
    return problem(422, "The request is not valid.", errors=errors)


async def _invalid_value(_: Request, error: InvalidValue) -> Response:
    return problem(422, "The request is not valid.", errors=[{"field": error.name, "message": error.reason}])


async def _unfit(_: Request, error: ValidationError) -> Response:
    """A rule that only the record has, as one that you add to it. Of any other model it is an error of ours."""
    if error.title not in {record.__name__ for record in Record.__subclasses__()}:
        raise error
    errors = [{"field": one.field, "message": one.message} for one in row_errors("", error)]
    return problem(422, "The request is not valid.", errors=errors)


async def _taken(_: Request, error: Duplicate) -> Response:
    together = "is taken already" if len(error.fields) == 1 else "is taken already in this combination"
    errors = [{"field": field, "message": together} for field in error.fields]
    return problem(409, "There is one with this value already.", errors=errors)


async def _unavailable(_: Request, error: Unavailable) -> Response:
    seconds = max(1, math.ceil(error.retry_after))
    return problem(503, "Something that is needed does not answer now.", {"Retry-After": str(seconds)})


async def _unreadable(_: Request, error: UnreadableRow) -> Response:
    """Our fault, and one that lasts until somebody repairs the row: it is named, as the log names it."""
    rows = ", ".join(dict.fromkeys(one.id for one in error.errors))
    errors = [{"field": one.field, "message": one.message} for one in error.errors]
    return problem(500, f"What is stored in {error.table} as {rows} cannot be read.", errors=errors)


async def _broken(request: Request, _: Exception) -> Response:
    """Starlette sends it from outside of all middleware, and raises the error again: uvicorn then hangs up."""
    headers = {**SECURITY_HEADERS, **origin_headers(request), "Connection": "close"}
    return problem(500, "Something went wrong on our side.", headers)
