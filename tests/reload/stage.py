"""A running shop whose files are saved while it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.support.shop import Shop, open_shop
from tests.support.system import System, eventually

PATIENCE = 30.0
_ROUTE = """

@router.get("/{service}/route-{number}/is/new")
async def is_new() -> int:
    return {number}
"""
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Stage:
    """The system, and a visitor of its shop."""

    system: System
    shop: Shop

    @property
    def processes(self) -> dict[str, int]:
        """Process to the id of the one that answers its requests now."""
        return {name: self.system.pid_of(name) for name in self.system.services}

    def holder_of(self, service: str) -> str:
        """The process that holds this service."""
        return self.system.part(service).name

    def code(self, path: str) -> Path:
        """A file of the application."""
        return self.system.folder / "src/shop" / path

    def lines_since(self, place: int) -> str:
        """What `run` has written since this place in its log."""
        with self.system.log.open("rb") as log:
            log.seek(place)
            return log.read().decode(errors="replace")

    def wait_logged(self, text: str, since: int, times: int = 1) -> str:
        """Return the log since this place once it has the text so many times."""

        def logged() -> str | None:
            lines = self.lines_since(since)
            return lines if lines.count(text) >= times else None

        return eventually(logged, PATIENCE, f"{text!r} in the log")

    def wait_answer(self, path: str, wanted: Any) -> None:
        """Return when a route answers so, through the gateway."""
        eventually(lambda: self.answer(path) == wanted, PATIENCE, f"{path} answers {wanted!r}")

    def answer(self, path: str) -> Any:
        """The answer through the gateway; None where there is none, or an error."""
        try:
            answer = self.shop.get(path)
        except httpx.TransportError:
            return None
        return answer.json() if answer.is_success else None

    def refusal(self, path: str) -> dict[str, Any]:
        """The problem of the first answer that says 503."""

        def refused() -> dict[str, Any] | None:
            answer = self.shop.get(path)
            return answer.json() if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else None

        return eventually(refused, PATIENCE, f"{path} answers 503")

    @contextmanager
    def changed(self, path: str, content: str) -> Iterator[int]:
        """A saved file, as it was afterwards; yields the place in the log before it was saved."""
        file, since = self.code(path), self.system.log_size()
        before = file.read_bytes() if file.exists() else None
        file.write_text(content, "utf-8")
        try:
            yield since
        finally:
            again = self.system.log_size()
            file.unlink() if before is None else file.write_bytes(before)
            self.wait_logged(" restarted in ", again)
            for name in self.system.services:
                self.system.wait_ready(name)

    @contextmanager
    def route_of(self, service: str) -> Iterator[int]:
        """The service has one more route, which answers; yields the place in the log before it was saved."""
        number = next(_NUMBERS)
        content = self.code(f"{service}/api.py").read_text("utf-8")
        with self.changed(
            f"{service}/api.py", content + _ROUTE.format(service=service, number=number)
        ) as since:
            self.wait_answer(f"/{service}/route-{number}/is/new", number)
            yield since


@contextmanager
def staged(folder: Path, *flags: str) -> Iterator[Stage]:
    """The shop in this folder, running."""
    with System(folder, folder.with_name("run.log"), *flags) as system, open_shop(system.url) as shop:
        yield Stage(system, shop)
