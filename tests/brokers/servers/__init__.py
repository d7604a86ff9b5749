"""What the suite can be run against. A module here that has `OFFERS` takes part; nothing else is edited."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Server(Protocol):
    """A running broker."""

    def url(self, place: str) -> str:
        """The BROKER_URL of a place of its own: what is published there is not seen from other places."""

    def outage(self) -> AbstractContextManager[None]:
        """Inside, it answers nobody; afterwards it has what it had before, at the same address."""


class LastingServer(Server, Protocol):
    """One that keeps on the disk what it has."""

    def restart(self) -> None:
        """It is killed, and started again at the same address."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to have a broker.

    `start` is given an empty folder, and raises Unobtainable where this machine cannot have it. `too_large`
    is a number of bytes that no event of this broker can have. `bad_urls` are values of BROKER_URL that a
    process refuses to start with, and a part of what it says about each. `unanswered` are those that look
    well, though nobody answers there, or not to us, and a part of the warning: a process starts and waits.
    `exempt` are tests that cannot be done here, with the reason.
    """

    id: str
    broker: str
    start: Callable[[Path], AbstractContextManager[Server]]
    too_large: int | None = None
    bad_urls: Mapping[str, str] = field(default_factory=dict)
    unanswered: Callable[[Server], Mapping[str, str]] = lambda _: {}
    exempt: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = False
    """Whether what it has outlives its process."""
    second: bool = False
    """Whether another offer of this broker is closer to the real one: services run here only with --all."""
    needs: tuple[str, ...] = ()
    """Programs besides Python that `start` calls."""
    packs: Path | None = None
    """The folder with the pack of this broker, where it does not come with the tool."""


TAKES_ALL = {
    "test_an_event_over_the_limit_of_the_broker_holds_up_no_other": "it takes more than services publish"
}
NO_LIMIT = {
    **TAKES_ALL,
    "test_an_event_that_is_too_large_is_told_at_once": "it takes more than services publish",
}


class Unobtainable(Exception):
    """This machine cannot have that broker; says why."""


def all_offers() -> list[Offer]:
    """Those of all modules in this folder, by id."""
    modules = [
        importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
    ]
    offers = [offer for module in modules for offer in getattr(module, "OFFERS", ())]
    return sorted(offers, key=lambda offer: offer.id)
