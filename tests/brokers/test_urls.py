"""A BROKER_URL that is wrong is told in words, and one that does not work now may work later."""

from __future__ import annotations

import re
import signal
import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.brokers.conftest import Place
from tests.brokers.service import Service
from tests.support.system import eventually

pytestmark = pytest.mark.in_turns(3)

SECONDS = 30.0


def test_a_url_that_is_none_is_told_at_the_start(place: Place) -> None:
    for url, part in place.offer.bad_urls.items():
        service = place.service("letters", url)

        assert service.launch().wait(SECONDS) != 0, url

        [line] = service.said()
        assert part in line


def test_where_nobody_answers_the_process_says_so_in_a_line_and_waits(place: Place) -> None:
    for url, part in place.offer.unanswered(place.server).items():
        assert_says_so_and_waits(place.service("letters", url), part)


def test_where_a_server_of_another_kind_answers_the_process_says_so_in_a_line_and_waits(
    place: Place, stranger: str
) -> None:
    url = re.sub(r"127\.0\.0\.1:[0-9]+", stranger, place.url)
    assert url != place.url

    assert_says_so_and_waits(place.service("letters", url), "")


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of a server that speaks neither language."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Puzzled) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Puzzled(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(4096)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def assert_says_so_and_waits(service: Service, part: str) -> None:
    service.start()
    service.post({"name": "early", "text": ""})

    eventually(lambda: len(service.warnings()) > 2, SECONDS, "it is told again and again")

    assert all(part in warning for warning in service.warnings()), service.warnings()
    assert not any("Traceback" in line or "s3cret" in line for line in service.said())
    assert service.stop() == -signal.SIGTERM
