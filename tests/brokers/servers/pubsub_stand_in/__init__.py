"""Pub/Sub as the program in this folder does it, for Google's own client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from blueprint.runtime.ports import free_ports
from tests.brokers.servers import TAKES_ALL, Offer, Server
from tests.brokers.servers.program import programs_of, running
from tests.brokers.servers.pubsub_urls import BAD_URLS, TOO_LARGE, PubSubServer, unanswered
from tests.brokers.servers.refusal import refusing

HERE = Path(__file__).parent
FORBIDDEN = "forbidden"


@contextmanager
def _start(folder: Path) -> Iterator[PubSubServer]:
    python = programs_of(HERE / "requirements.txt", folder) / "python"
    [port] = free_ports(1)
    with (
        refusing() as stranger,
        running([str(python), str(HERE / "server.py"), str(port)], port, folder) as program,
    ):
        yield PubSubServer(program, port, stranger)


def _unanswered(server: Server) -> Mapping[str, str]:
    """Also a project that belongs to somebody else."""
    return {**unanswered(server), server.url("shop").replace("project", FORBIDDEN): "PermissionDenied"}


OFFERS = [
    Offer("pubsub-stand-in", "pubsub", _start, TOO_LARGE, BAD_URLS, _unanswered, TAKES_ALL, second=True)
]
