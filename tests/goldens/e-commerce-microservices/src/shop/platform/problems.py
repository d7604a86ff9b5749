"""Errors as `application/problem+json` (RFC 9457)."""

import math
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shop.platform.database import Duplicate
from shop.platform.headers import SECURITY_HEADERS
from shop.platform.tasks import Unavailable


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, errors: list[dict[str, str]] | None = None
) -> JSONResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    content = body if errors is None else {**body, "errors": errors}
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def answer_with_problems(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Duplicate, _taken)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(Exception, _broken)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, error.headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    if any(e["type"] == "json_invalid" for e in error.errors()):
        return problem(400, "The body is not valid JSON.")
    errors = [{"field": ".".join(map(str, e["loc"][1:])), "message": e["msg"]} for e in error.errors()]
    return problem(422, "The request is not valid.", errors=errors)


async def _taken(_: Request, __: Exception) -> JSONResponse:
    return problem(409, "There is one with this value already.")


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Unavailable)
    seconds = max(1, math.ceil(error.retry_after))
    return problem(503, "Something that is needed does not answer now.", {"Retry-After": str(seconds)})


async def _broken(_: Request, __: Exception) -> JSONResponse:
    """Starlette sends it from outside of all middleware."""
    return problem(500, "Something went wrong on our side.", SECURITY_HEADERS)
