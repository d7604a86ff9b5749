"""What all servers that stand in for Pub/Sub have in common."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

from tests.brokers.servers import Server
from tests.brokers.servers.program import Program

TOO_LARGE = 10_000_000
FORM = "must have the form pubsub://project/topic"
BAD_URLS = {
    "pubsub://": FORM,
    "pubsub://project": FORM,
    "pubsub://project/": FORM,
    "pubsub://project/two words": FORM,
    "pubsub://project/shop/more": FORM,
    "pubsub://project/shop?emulater=127.0.0.1:1": FORM,
    "pubsub://project/shop?emulator=127.0.0.1": "must have the form host:port",
    "pubsub://project/shop?emulator=http://127.0.0.1:1": "must have the form host:port",
}


class PubSubServer:
    def __init__(self, program: Program, port: int, stranger: int) -> None:
        """`stranger` is the port of somebody who does not speak its language."""
        self._program, self.port, self.stranger = program, port, stranger

    def url(self, place: str) -> str:
        return url_at(self.port, place)

    def outage(self) -> AbstractContextManager[None]:
        return self._program.outage()


def url_at(port: int, place: str) -> str:
    return f"pubsub://project/{place}?emulator=127.0.0.1:{port}"


def unanswered(server: Server) -> Mapping[str, str]:
    assert isinstance(server, PubSubServer)
    return {url_at(1, "shop"): "ServiceUnavailable", url_at(server.stranger, "shop"): "ServiceUnavailable"}
