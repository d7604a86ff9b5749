"""Members of a group share the work: keys stay in order, whoever comes, goes, dies or sleeps too long."""

from __future__ import annotations

import signal
from collections import defaultdict
from collections.abc import Sequence

import pytest

from tests.brokers.conftest import Place
from tests.brokers.member import Member, Message, Receipt
from tests.support.system import eventually

pytestmark = pytest.mark.in_turns(3)

KEYS = [f"key {number}" for number in range(24)]
"""Enough for both of two members."""
TAKE_OVER_SECONDS = 60.0


def round_of(number: int) -> list[Message]:
    """An event for each key."""
    return [Message(f"{key}-{number:06}", key) for key in KEYS]


def ids_of(*members: Member) -> set[str]:
    return {receipt.id for member in members for receipt in member.receipts}


def next_ids(member: Member) -> set[str]:
    """What it receives next, when it has acknowledged what came before."""
    member.acknowledge()
    return {message.id for message in member.receive(1.0)}


def assert_order_is_kept(*members: Member) -> None:
    """What comes again does not count: the first time of each event is in order for each key."""
    first: dict[str, list[str]] = defaultdict(list)
    seen: set[str] = set()
    receipts: Sequence[Receipt] = sorted(
        (r for m in members for r in m.receipts), key=lambda receipt: receipt.at
    )
    for receipt in receipts:
        if receipt.id not in seen:
            seen.add(receipt.id)
            first[receipt.key].append(receipt.id)
    for key, ids in first.items():
        assert ids == sorted(ids), f"{key}: {ids}"


def assert_taken_over(publisher: Member, number: int, *members: Member) -> None:
    """A further round reaches these members within seconds."""
    publisher.publish(*round_of(number))
    wanted = {message.id for message in round_of(number)}
    eventually(lambda: wanted <= ids_of(*members), TAKE_OVER_SECONDS, f"round {number} has come")


def both_at_work(place: Place) -> tuple[Member, Member, Member]:
    """A publisher, and two members that both get a part of what it publishes."""
    publisher, one, other = place.member(), place.member(), place.member()
    one.work()
    other.work()
    publisher.stream(*KEYS)
    eventually(lambda: one.receipts and other.receipts, TAKE_OVER_SECONDS, "both have received something")
    return publisher, one, other


def assert_nothing_is_missing(publisher: Member, *members: Member) -> None:
    publisher.rest()
    taken = set(publisher.taken)
    eventually(lambda: taken <= ids_of(*members), TAKE_OVER_SECONDS, f"all {len(taken)} events have come")
    assert_order_is_kept(*members)


def test_two_members_share_the_work_and_keep_the_order_of_each_key(place: Place) -> None:
    publisher, one, other = both_at_work(place)

    assert_nothing_is_missing(publisher, one, other)


def test_a_member_that_joins_breaks_no_order(place: Place) -> None:
    publisher, one, other = both_at_work(place)
    third = place.member()
    third.work()

    eventually(lambda: third.receipts, TAKE_OVER_SECONDS, "the third one has received something")

    assert_nothing_is_missing(publisher, one, other, third)


def test_the_work_of_a_member_that_leaves_is_taken_over_in_order(place: Place) -> None:
    publisher, one, other = both_at_work(place)
    one.stop()

    assert_nothing_is_missing(publisher, one, other)


def test_the_work_of_a_member_that_is_killed_is_taken_over_in_order(place: Place) -> None:
    publisher, one, other = both_at_work(place)
    one.kill()

    assert_nothing_is_missing(publisher, one, other)


def test_a_member_that_slept_too_long_and_comes_back_breaks_no_order(place: Place) -> None:
    publisher, one, other = both_at_work(place)
    one.signal(signal.SIGSTOP)
    publisher.rest()
    asleep = set(publisher.taken) - ids_of(one)
    eventually(lambda: asleep <= ids_of(other), TAKE_OVER_SECONDS, "the other one has taken over")
    publisher.stream(*KEYS)
    one.signal(signal.SIGCONT)

    assert_nothing_is_missing(publisher, one, other)


def test_who_slept_too_long_can_no_longer_acknowledge(place: Place) -> None:
    """What it had received is in other hands, and they have not acknowledged it."""
    sleeper, heir = place.member(), place.member()
    sleeper.publish(*round_of(1))
    asleep = {message.id for message in sleeper.receive()}
    sleeper.signal(signal.SIGSTOP)
    inherited = eventually(lambda: asleep & next_ids(heir), TAKE_OVER_SECONDS, "it is in other hands")
    sleeper.signal(signal.SIGCONT)
    sleeper.acknowledge()
    heir.kill()
    sleeper.kill()

    successor = place.member()
    successor.work()

    eventually(lambda: inherited <= ids_of(successor), TAKE_OVER_SECONDS, "it has come again")


def test_who_stops_leaves_nothing_in_flight(place: Place) -> None:
    """What was received and not acknowledged goes to the next one at once, and not when a time is over."""
    leaving = place.member()
    leaving.publish(*round_of(1))
    assert leaving.receive()
    leaving.stop()

    assert len(place.member().receive_all(len(KEYS), within=5.0)) == len(KEYS)
