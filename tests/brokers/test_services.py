"""What holds above the port holds on this broker: retries, dead letters, one effect, and nothing is lost."""

from __future__ import annotations

import json
import signal
import time
from typing import Any

import pytest

from tests.brokers.conftest import Place
from tests.brokers.member import Failed, Message
from tests.brokers.service import Service
from tests.support.system import eventually

pytestmark = pytest.mark.in_turns(3)

SECONDS = 60.0
MANY = 120
"""Warnings that there are not in that time: somebody who tries again and again waits between."""
NO_EVENTS = ["no JSON", "{}", "[1]", '{"id": 1}']
TRACE = "0af7651916cd43dd8448eb211c80319c"


def letter(id: str, key: str, text: str = "", **more: str) -> Message:
    data = {"letter_id": id, "name": key, "text": text}
    return Message(id, key, data, traceparent=f"00-{TRACE}-b7ad6b7169203331-01", **more)


@pytest.fixture
def clerks(place: Place) -> Service:
    """The service that reacts to letters, started."""
    service = place.service("clerks")
    service.start()
    return service


def wait_for(service: Service, *ids: str) -> None:
    """Returns when each of these letters has been stamped, once."""
    eventually(lambda: set(ids) <= set(service.stamped()), SECONDS, f"{ids} are stamped")
    assert len(service.stamped()) == len(set(service.stamped()))


def wait_for_dead(service: Service, count: int = 1) -> list[dict[str, Any]]:
    """The dead letters of the service, once there are so many."""
    eventually(lambda: len(service.dead_letters()) == count, SECONDS, f"{count} dead letters")
    return service.dead_letters()


def test_what_fails_for_a_while_is_tried_again_and_holds_up_its_own_key_only(
    place: Place, clerks: Service
) -> None:
    place.member().publish(letter("a1", "a", "blurred"), letter("a2", "a"), letter("b1", "b"))
    wait_for(clerks, "b1")
    clerks.glasses.touch()

    wait_for(clerks, "a1", "a2")

    assert clerks.stamped() == ["b1", "a1", "a2"]


def test_what_fails_for_good_is_a_dead_letter_that_says_all(place: Place, clerks: Service) -> None:
    place.member().publish(letter("a1", "a", "illegible"), letter("a2", "a"), letter("b1", "b"))
    wait_for(clerks, "b1")

    [dead] = wait_for_dead(clerks)

    assert "the clerk cannot read it" in dead["error"]
    assert (dead["key"], dead["attempts"]) == ("a", 1)
    assert "illegible" in dead["body"]
    assert TRACE in dead["traceparent"]
    assert clerks.stamped() == ["b1"]


def test_a_replayed_letter_is_done_once_and_before_those_behind_it(place: Place, clerks: Service) -> None:
    place.member().publish(letter("a1", "a", "illegible"), letter("a2", "a"))
    [dead] = wait_for_dead(clerks)
    clerks.glasses.touch()

    clerks.settle(dead, "replay")

    wait_for(clerks, "a1", "a2")
    assert clerks.stamped() == ["a1", "a2"]


def test_behind_a_skipped_letter_its_key_goes_on(place: Place, clerks: Service) -> None:
    place.member().publish(letter("a1", "a", "illegible"), letter("a2", "a"))
    [dead] = wait_for_dead(clerks)

    clerks.settle(dead, "skip")

    wait_for(clerks, "a2")
    assert clerks.stamped() == ["a2"]


def test_an_event_that_is_published_twice_has_one_effect(place: Place, clerks: Service) -> None:
    publisher = place.member()
    publisher.publish(letter("a1", "a"))
    wait_for(clerks, "a1")
    publisher.publish(letter("a1", "a"), letter("a2", "a"), letter("a1", "a"), letter("a3", "a"))

    wait_for(clerks, "a1", "a2", "a3")


def test_what_is_no_event_is_a_dead_letter_once_and_holds_up_nothing(place: Place, clerks: Service) -> None:
    publisher = place.member()
    for body in NO_EVENTS:
        publisher.publish_raw("a", body)
    publisher.publish(letter("a1", "a"))
    wait_for(clerks, "a1")
    dead = wait_for_dead(clerks, len(NO_EVENTS))
    clerks.kill()
    clerks.start()
    publisher.publish(letter("a2", "a"))
    wait_for(clerks, "a2")

    assert clerks.dead_letters() == dead
    assert all(json.dumps(body) in letter["body"] for body, letter in zip(NO_EVENTS, dead, strict=True))


def test_an_event_that_nobody_knows_holds_up_nothing(place: Place, clerks: Service) -> None:
    place.member().publish(letter("a1", "a", type="letter.burnt"), letter("a2", "a"))

    wait_for(clerks, "a2")

    assert clerks.stamped() == ["a2"]


def test_an_event_that_is_too_large_is_told_at_once(place: Place) -> None:
    publisher = place.member()

    with pytest.raises(Failed, match="TooLarge"):
        publisher.publish(letter("a1", "a", "x" * place.too_large))


def test_an_event_over_the_limit_of_the_broker_holds_up_no_other(place: Place, clerks: Service) -> None:
    letters = place.service("letters")
    letters.start()
    letters.post({"name": "large", "text": "x" * place.too_large})
    letters.post({"name": "small", "text": ""})

    eventually(lambda: len(clerks.stamped()) == 1, SECONDS, "the small one is stamped")

    [dead] = letters.dead_letters()
    assert "accepts at most" in dead["error"]


def test_what_was_accepted_is_not_lost_when_processes_are_killed(place: Place, clerks: Service) -> None:
    letters = place.service("letters")
    letters.start()
    for number in range(20):
        letters.post({"name": f"{number}", "text": ""})
        if number % 5 == 4:
            letters.kill()
            clerks.kill()
            clerks.start()
            letters.start()

    eventually(lambda: len(clerks.stamped()) == 20, SECONDS, "all are stamped")


def test_letters_are_accepted_while_the_broker_is_down_and_nothing_is_lost(
    place: Place, clerks: Service
) -> None:
    letters = place.service("letters")
    letters.start()
    letters.post({"name": "before", "text": ""})
    eventually(lambda: len(clerks.stamped()) == 1, SECONDS, "the first one is stamped")
    with place.server.outage():
        for number in range(5):
            letters.post({"name": f"{number}", "text": ""})
        eventually(letters.warnings, SECONDS, "it is told that the broker is down")

    eventually(lambda: len(clerks.stamped()) == 6, SECONDS, "all are stamped")
    assert not any("Traceback" in line for line in letters.said() + clerks.said())


def test_what_the_broker_has_taken_survives_a_restart_of_its_server(place: Place, clerks: Service) -> None:
    """Its process is killed while nobody reads, and has the events and how far they were read on its disk."""
    publisher = place.member()
    publisher.publish(letter("a1", "a"))
    wait_for(clerks, "a1")
    clerks.stop()
    publisher.publish(letter("a2", "a"), letter("b1", "b"))

    place.restart_server()
    clerks.start()

    wait_for(clerks, "a1", "a2", "b1")
    assert [id for id in clerks.stamped() if id.startswith("a")] == ["a1", "a2"]


def test_after_its_topic_was_deleted_all_that_is_published_arrives(place: Place, clerks: Service) -> None:
    """Nobody has to start anything anew. What was in the topic and not read yet is gone with it.

    In Kafka, a partition of the old topic must have had more events than that of the new topic: a member
    keeps its position, and starts at the beginning only where that position is beyond the end.
    """
    letters = place.service("letters")
    letters.start()
    for number in range(200):
        letters.post({"name": f"before {number}", "text": ""})
    eventually(lambda: len(clerks.stamped()) == 200, SECONDS, "those before are stamped")
    place.delete_topic()
    for number in range(20):
        letters.post({"name": f"after {number}", "text": ""})

    eventually(lambda: len(clerks.stamped()) == 220, SECONDS, "all are stamped")

    assert len(letters.warnings() + clerks.warnings()) < MANY
    assert not any("Traceback" in line for line in letters.said() + clerks.said())


def test_processes_start_while_the_broker_is_down(place: Place) -> None:
    letters, clerks = place.service("letters"), place.service("clerks")
    place.member().publish(letter("a1", "a"))
    with place.server.outage():
        letters.start()
        clerks.start()
        letters.post({"name": "early", "text": ""})
        eventually(clerks.warnings, SECONDS, "it is told that the broker is down")

    eventually(lambda: len(clerks.stamped()) == 2, SECONDS, "all are stamped")


def test_a_process_ends_in_order_while_the_broker_is_down(place: Place, clerks: Service) -> None:
    with place.server.outage():
        assert clerks.stop() == -signal.SIGTERM


def test_who_ends_in_order_hands_over_at_once(place: Place, clerks: Service) -> None:
    place.member().publish(letter("a1", "a"))
    wait_for(clerks, "a1")
    clerks.stop()
    place.member().publish(letter("a2", "a"))
    started = time.monotonic()
    clerks.start()

    wait_for(clerks, "a1", "a2")

    assert time.monotonic() - started < 10
