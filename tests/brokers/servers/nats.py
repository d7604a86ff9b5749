"""The server of NATS itself, as a wheel brings it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from sysconfig import get_path

from blueprint.runtime.ports import free_ports
from tests.brokers.servers import Offer, Server
from tests.brokers.servers.program import Program, running

MOST_BYTES = 100_000
"""Less than services publish, so that one may come to learn it from this server."""
CONFIG = """
listen: "127.0.0.1:{port}"
max_payload: {most}
jetstream: {{store_dir: "{folder}/data"}}
authorization: {{user: office, password: "s3cret/@"}}
"""


class Nats:
    def __init__(self, port: int, program: Program) -> None:
        self._port, self._program = port, program

    def url(self, place: str) -> str:
        return f"nats://office:s3cret%2F%40@127.0.0.1:{self._port}/{place}"

    def outage(self) -> AbstractContextManager[None]:
        return self._program.outage()

    def restart(self) -> None:
        self._program.restart()


@contextmanager
def _start(folder: Path) -> Iterator[Server]:
    [port] = free_ports(1)
    config = folder / "nats.conf"
    config.write_text(CONFIG.format(port=port, folder=folder, most=MOST_BYTES))
    program = Path(get_path("scripts"), "nats-server")
    with running([str(program), "-c", str(config)], port, folder) as server:
        yield Nats(port, server)


def _unanswered(server: Server) -> dict[str, str]:
    url = server.url("office")
    return {
        url.replace("office:s3cret", "office:wrong"): "Authorization",
        "nats://127.0.0.1:1/office": "refused",
    }


BAD_URLS = {
    "nats://127.0.0.1": "must have the form",
    "nats://127.0.0.1:x/office": "must have the form",
    "nats:///office": "must have the form",
    "nats://127.0.0.1:4222/of.fice": "must have the form",
}
OFFERS = [Offer("nats", "nats", _start, MOST_BYTES, BAD_URLS, _unanswered, lasting=True)]
