"""What an event-driven shop survives: consumers that hang, events that come again, too late, or are none."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import copy_of
from tests.faults.event_stage import (
    PATIENCE,
    an_undo_overtakes_its_action,
    check,
    checkout_of,
    customers,
    event,
    order_many,
)
from tests.faults.mutants import NO_TOMBSTONE, mutate
from tests.sagas.stage import Stage, staged
from tests.support.event_log import PARTITIONS, databases_of, log_of
from tests.support.hanging import hanging
from tests.support.shop import ok
from tests.support.system import System, eventually

BEYOND_THE_LEASE = 4.5
"""Seconds: leases of partitions last 3, those of relays 2."""
NO_EVENTS = (b"\xff\x00", b"{", b"[1]", b'{"specversion": "0.3", "id": 1}')


@pytest.fixture(scope="module")
def two_each(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running shop with two processes of each service that listens."""
    flags = [word for name in ("products", "orders", "payments") for word in ("--instances", f"{name}=2")]
    with staged(project, tmp_path_factory.mktemp("two-each"), *flags) as stage:
        yield stage


def test_two_relays_tell_everything_once_and_in_order(two_each: Stage) -> None:
    before = len(log_of(two_each.system).events())
    order_many(two_each, 60)

    check(two_each, "two relays for each service")
    told = log_of(two_each.system).events()[before:]
    assert Counter(event["type"] for event in told)["order.placed"] == 60
    assert len({event["id"] for event in told}) == len(told)


def test_who_hangs_beyond_its_lease_and_comes_back_changes_nothing(two_each: Stage) -> None:
    hung = ("products.1", "payments.2", "orders.1", "orders.2")
    with customers(two_each):
        for name in hung:
            with hanging(two_each.system, name):
                time.sleep(BEYOND_THE_LEASE)

    check(two_each, f"{len(hung)} pauses beyond the lease")


def test_events_that_come_again_late_and_in_any_order_have_no_second_effect(one_each: Stage) -> None:
    order_many(one_each, 30)
    check(one_each, "nothing yet")
    log, dice = log_of(one_each.system), random.Random(1)
    again = log.events() * 2
    dice.shuffle(again)

    log.put(*again)

    check(one_each, f"{len(again)} events repeated in another order")


def test_an_undo_that_overtakes_its_action_prevents_it(one_each: Stage) -> None:
    an_undo_overtakes_its_action(one_each)

    check(one_each, "an undo before its action")


def test_a_shop_without_tombstones_is_found_out(project: Path, tmp_path: Path) -> None:
    copy_of(project, tmp_path / "mutant")
    mutate(tmp_path / "mutant", NO_TOMBSTONE)
    with staged(tmp_path / "mutant", tmp_path) as stage, pytest.raises(AssertionError):
        an_undo_overtakes_its_action(stage)


def test_events_that_are_none_become_dead_letters_and_hold_up_nothing(one_each: Stage) -> None:
    log, system = log_of(one_each.system), one_each.system
    with customers(one_each):
        for body in NO_EVENTS:
            for partition in PARTITIONS:
                log.put_raw(body, partition)
        letters = eventually(
            lambda: _letters_of(system, len(NO_EVENTS) * len(PARTITIONS)), PATIENCE, "dead letters everywhere"
        )
        order_many(one_each, 10)
    assert all(one_each.end_of(order).is_final for order in one_each.placed[-10:])
    assert {letter["handler"] for _, letter in letters} == {"read event"}

    _skip(system, letters)
    check(one_each, f"{len(letters)} dead letters of what is no event")


def test_an_event_of_a_version_that_nobody_knows_is_a_dead_letter_of_who_listens(one_each: Stage) -> None:
    log, system = log_of(one_each.system), one_each.system
    placed, _ = checkout_of(one_each.products[0], 1)

    log.put({**placed, "type": "order.placed.v9"}, event("cat.fed", placed["subject"], {}))
    order_many(one_each, 10)

    [(service, letter)] = eventually(lambda: _letters(system), PATIENCE, "a dead letter")
    assert service == "products"
    assert "unknown version order.placed.v9" in letter["error"]
    _skip(system, [(service, letter)])
    check(one_each, "an event of a version that nobody knows")


def _letters(system: System) -> list[tuple[str, dict[str, Any]]]:
    """Service and dead letter."""
    return [
        (service.name, letter)
        for service in system.workers
        for letter in ok(httpx.get(_place(system, service.name), headers=_operator(system), trust_env=False))[
            "items"
        ]
    ]


def _letters_of(system: System, each: int) -> list[tuple[str, dict[str, Any]]]:
    """All of them, once each service that listens has so many."""
    letters = _letters(system)
    return letters if len(letters) == each * len(databases_of(system)) else []


def _skip(system: System, letters: list[tuple[str, dict[str, Any]]]) -> None:
    for service, letter in letters:
        url = f"{_place(system, service)}/{letter['id']}/skip"
        httpx.post(url, headers=_operator(system), trust_env=False).raise_for_status()


def _place(system: System, service: str) -> str:
    return f"{system.services[service].url}/internal/dead-letters"


def _operator(system: System) -> dict[str, str]:
    return {"Authorization": f"Bearer {system.environment['OPERATOR_TOKEN']}"}
