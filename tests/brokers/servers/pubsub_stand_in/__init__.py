"""Pub/Sub as the program in this folder does it, for Google's own client."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from blueprint.runtime.description import Environment
from blueprint.runtime.environment import prepare_environment
from blueprint.runtime.ports import free_ports
from tests.brokers.servers import Offer
from tests.brokers.servers.program import running
from tests.brokers.servers.pubsub_urls import BAD_URLS, TOO_LARGE, PubSubServer, refused

HERE = Path(__file__).parent
LOCK = HERE / "requirements.txt"


@contextmanager
def _start(folder: Path) -> Iterator[PubSubServer]:
    shutil.copy(LOCK, folder)
    python = prepare_environment(folder, Environment(".venv", LOCK.name, "."), lambda _: nullcontext())
    [port] = free_ports(1)
    with running([python, str(HERE / "server.py"), str(port)], port, folder) as program:
        yield PubSubServer(program, port)


OFFERS = [Offer("pubsub-stand-in", "pubsub", _start, TOO_LARGE, BAD_URLS, refused)]
