"""Servers for what a shop can be told to use, each started when the first one asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from secrets import token_hex

import pytest

from tests.brokers.servers import Server, Unobtainable, all_offers
from tests.databases.server import Postgres, running

BROKERS = {offer.broker: offer for offer in all_offers()}
"""One way to have each: any will do."""
DATABASES = {"postgresql": running}


@pytest.fixture(scope="session")
def new_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The URL of a place on this kind of broker that nobody has used yet."""
    with ExitStack() as stack:

        @cache
        def server(kind: str) -> Server:
            try:
                return stack.enter_context(BROKERS[kind].start(tmp_path_factory.mktemp(kind)))
            except Unobtainable as reason:
                pytest.skip(f"{kind}: {reason}")

        yield lambda kind: server(kind).url(f"shop{token_hex(4)}")


@pytest.fixture(scope="session")
def database_server() -> Iterator[Callable[[str], Postgres]]:
    """The server of this kind of database."""
    with ExitStack() as stack:
        yield cache(lambda kind: stack.enter_context(DATABASES[kind]()))
