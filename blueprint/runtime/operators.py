"""What the processes of a project answer an operator, over HTTP with the operator's token."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from msgspec import Struct

from blueprint.errors import BlueprintError, MachineError, Problem, SystemFailed, UsageError
from blueprint.runtime.addresses import noted_addresses
from blueprint.runtime.description import Description
from blueprint.runtime.stored import given_variables

TOKEN = "OPERATOR_TOKEN"  # noqa: S105, the name of a variable

_SECONDS = 10.0
_NOT_FOUND, _UNAUTHORIZED = 404, 401
_OPENER = build_opener(ProxyHandler({}))


class Process(Struct, frozen=True):
    """A program with the URLs of its processes, which share a database; any of them can answer."""

    name: str
    urls: tuple[str, ...]
    token: str

    def get(self, *path: str, **query: object) -> Any:
        """The JSON at `/internal/…`; None for 404. Raises MachineError, SystemFailed, UsageError."""
        text = self._asked("GET", path, query)
        try:
            return None if text is None else json.loads(text)
        except ValueError as error:
            raise SystemFailed(self.unexpected("no JSON")) from error

    def unexpected(self, what: str) -> Problem:
        """The problem with an answer in a form that this version does not know."""
        message = f"{self.name} at {self.urls[0]} answers {what}"
        hint = "is this a process of the project, and up to date? blueprint sync"
        return Problem("unexpected-answer", message, hint)

    def post(self, *path: str) -> bool:
        """Whether it was done; False for what is not there. Errors as in `get`."""
        return self._asked("POST", path, {}) is not None

    def _asked(self, method: str, path: Sequence[str], query: Mapping[str, object]) -> bytes | None:
        failure: MachineError | None = None
        for url in self.urls:
            try:
                return self._ask(method, url, path, query)
            except MachineError as error:
                failure = error
        raise failure or MachineError(_not_running())

    def _ask(self, method: str, url: str, path: Sequence[str], query: Mapping[str, object]) -> bytes | None:
        tail = "/".join(quote(part, safe="") for part in ("internal", *path))
        full = f"{url.rstrip('/')}/{tail}{'?' if query else ''}{urlencode(query)}"
        headers = {"Authorization": f"Bearer {self.token}"}
        request = Request(full, method=method, headers=headers)  # noqa: S310, the scheme was looked at
        try:
            with _OPENER.open(fullurl=request, timeout=_SECONDS) as answer:
                body: bytes = answer.read()
                return body
        except HTTPError as error:
            error.close()
            if error.code == _NOT_FOUND:
                return None
            raise self._refused(url, error) from error
        except (URLError, OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            message = f"{self.name} does not answer at {url}: {reason}"
            raise MachineError(Problem("no-answer", message, "is it running? blueprint run")) from error

    def _refused(self, url: str, error: HTTPError) -> BlueprintError:
        if error.code == _UNAUTHORIZED:
            message = f"{self.name} at {url} does not take this {TOKEN}"
            hint = "set the token that the process was started with"
            return UsageError(Problem("wrong-token", message, hint))
        message = f"{self.name} at {url} answers {error.code}"
        return SystemFailed(Problem("unexpected-answer", message, "see its log"))


def processes_of(
    project: Path, description: Description, environ: Mapping[str, str], urls: Sequence[str] = ()
) -> tuple[Process, ...]:
    """The running processes of the project, or those at the given URLs, `http://…` or `orders=http://…`.

    Raises:
        UsageError: a URL is not valid, or there is no token.
        MachineError: nothing is running.
    """
    token = given_variables(project, description, environ).get(TOKEN)
    addresses = _given(urls) if urls else noted_addresses(project, description)
    if not addresses:
        raise MachineError(_not_running())
    if not token:
        message = f"there is no {TOKEN}, in the environment or in .env"
        raise UsageError(Problem("no-token", message, "set it to the token of the processes"))
    return tuple(Process(name, each, token) for name, each in addresses.items())


def _given(urls: Sequence[str]) -> dict[str, tuple[str, ...]]:
    addresses: dict[str, tuple[str, ...]] = {}
    for text in urls:
        name, separator, url = text.partition("=")
        if not separator or "/" in name:
            name, url = "", text
        try:
            parts = urlsplit(url)
            host = parts.netloc if parts.scheme in ("http", "https") and parts.hostname else ""
        except ValueError:
            host = ""
        if not host:
            hint = "write it as --url http://127.0.0.1:8000"
            raise UsageError(Problem("bad-url", f"not the URL of a process: {text[:80]}", hint))
        addresses[name or host] = (*addresses.get(name or host, ()), url)
    return addresses


def _not_running() -> Problem:
    return Problem(
        "not-running",
        "no process of this project is running here",
        "start it with blueprint run, or name processes with --url",
    )
