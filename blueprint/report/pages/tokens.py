"""Tokens of the OpenID provider for development, for the login form of Swagger UI."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

LARGEST = 10_000
"""Bytes of a login form at most."""
_SECONDS = 5.0


class NoToken(Exception):
    """The provider has no token for this form; the text says why."""


def development_token(provider: str, form: bytes) -> bytes:
    """The provider's answer, a JSON object, to a form that is a JSON object of strings. Raises NoToken."""
    try:
        fields = json.loads(form)
    except ValueError as error:
        raise NoToken("the form is not JSON") from error
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise NoToken("the form is not a JSON object of strings")
    parts = urlsplit(provider)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        connection.request(
            "POST", "/token", urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"}
        )
        response = connection.getresponse()
        answer = response.read()
    except (OSError, HTTPException) as error:
        raise NoToken(f"the provider does not answer: {error}") from error
    finally:
        connection.close()
    if response.status != 200:
        raise NoToken(f"the provider answers {response.status}")
    return answer
