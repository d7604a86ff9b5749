"""Web pages of other origins that may read in a browser what a process answers: those in CORS_ORIGINS."""

import re
from typing import Annotated

from fastapi import FastAPI, Request
from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Receive, Scope, Send

from depot.platform.settings import Environment

ANY = "*"
ORIGIN = re.compile(r"https?://[^/?#@*,\s]+")


def _origins(text: object) -> object:
    return tuple(filter(None, map(str.strip, text.split(",")))) if isinstance(text, str) else text


def _origin(text: str) -> str:
    if text != ANY and not ORIGIN.fullmatch(text):
        raise ValueError(f"{text} is no origin; one is written https://shop.example, without a path")
    return text.lower()


class CorsSettings(Environment):
    cors_origins: Annotated[
        tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_origins)
    ] = ()


class Cors(CORSMiddleware):
    """Whoever is not named is answered as if there were no CORS: the browser then keeps the answer from the page."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = scope["type"] == "http" and self.is_allowed_origin(Headers(scope=scope).get("origin", ""))
        await (super().__call__ if named else self.app)(scope, receive, send)


def allow_origins(app: FastAPI) -> None:
    """Pages of these origins may send any header, `Authorization` among them, and where they are named, cookies."""
    origins = CorsSettings().cors_origins
    if origins:
        app.add_middleware(
            Cors,
            allow_origins=origins,
            allow_methods=["*"],
            allow_headers=["*"],
            allow_credentials=ANY not in origins,
            expose_headers=["Allow", "Retry-After"],
        )


def origin_headers(request: Request) -> dict[str, str]:
    """For what is answered outside of all middleware."""
    origins, origin = CorsSettings().cors_origins, request.headers.get("origin", "")
    if ANY in origins:
        return {"Access-Control-Allow-Origin": ANY}
    if origin not in origins:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
