"""A BROKER_URL that is wrong is told in words, and one that does not work now may work later."""

from __future__ import annotations

import signal

from tests.brokers.conftest import Place
from tests.brokers.service import Service
from tests.support.system import eventually

SECONDS = 30.0


def test_a_url_that_is_none_is_told_at_the_start(place: Place) -> None:
    for url, part in place.offer.bad_urls.items():
        service = place.service("letters", url)

        assert service.launch().wait(SECONDS) != 0, url

        assert part in service.said()[-1]


def test_where_nobody_answers_the_process_says_so_in_a_line_and_waits(place: Place) -> None:
    for url, part in place.offer.unanswered(place.server).items():
        assert_says_so_and_waits(place.service("letters", url), part)


def assert_says_so_and_waits(service: Service, part: str) -> None:
    service.start()
    service.post({"name": "early", "text": ""})

    eventually(lambda: len(service.warnings()) > 2, SECONDS, "it is told again and again")

    assert all(part in warning for warning in service.warnings()), service.warnings()
    assert not any("Traceback" in line or "s3cret" in line for line in service.said())
    assert service.stop() == -signal.SIGTERM
