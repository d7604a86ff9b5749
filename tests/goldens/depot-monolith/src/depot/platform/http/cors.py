"""CORS for the origins in CORS_ORIGINS."""

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
        raise ValueError(f"{text} is not an origin; write it as https://shop.example, without a path")
    return text.lower()


class CorsSettings(Environment):
    cors_origins: Annotated[
        tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_origins)
    ] = ()


class Cors(CORSMiddleware):
    """Adds CORS headers for allowed origins only. Other origins get a normal response without them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = scope["type"] == "http" and self.is_allowed_origin(Headers(scope=scope).get("origin", ""))
        await (super().__call__ if named else self.app)(scope, receive, send)


def allow_origins(app: FastAPI) -> None:
    """Allow all headers from the configured origins, and cookies unless the origin is `*`."""
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
    """Return the CORS headers of a response that is sent outside of the middleware."""
    origins, origin = CorsSettings().cors_origins, request.headers.get("origin", "")
    if ANY in origins:
        return {"Access-Control-Allow-Origin": ANY}
    if origin not in origins:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
