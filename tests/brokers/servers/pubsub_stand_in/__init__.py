"""Pub/Sub as the program in this folder does it, for Google's own client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blueprint.runtime.ports import free_ports
from tests.brokers.servers import Offer
from tests.brokers.servers.program import programs_of, running
from tests.brokers.servers.pubsub_urls import BAD_URLS, TOO_LARGE, PubSubServer, refused

HERE = Path(__file__).parent


@contextmanager
def _start(folder: Path) -> Iterator[PubSubServer]:
    python = programs_of(HERE / "requirements.txt", folder) / "python"
    [port] = free_ports(1)
    with running([str(python), str(HERE / "server.py"), str(port)], port, folder) as program:
        yield PubSubServer(program, port)


OFFERS = [Offer("pubsub-stand-in", "pubsub", _start, TOO_LARGE, BAD_URLS, refused)]
