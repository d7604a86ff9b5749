"""What a developer asks of the running shop at the command line: events, dead letters, rows."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from tests.contract.test_operators import (
    BROKEN_PRICE,
    GIVEN_UP_SECONDS,
    _dead_letters,
    _provider_that_fails_on_the_broken_price,
)
from tests.support.shop import Order, Shop, created, order_form, read
from tests.support.system import System, eventually

STEPS = ["products.reserve", "payments.charge", "orders.confirm"]


def answer(system: System, command: str, *words: str) -> dict[str, Any]:
    """What the command answers with --json in a folder below the project."""
    done = subprocess.run(
        [sys.executable, "-m", "blueprint", command, *words, "--json"],
        cwd=system.folder / "src",
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["exit_code"] == done.returncode, done.stderr
    return found


def steps_of(records: list[dict[str, Any]], key: str) -> list[tuple[str, str]]:
    """The steps of the checkout of this order, as they are recorded, each with its state."""
    return [
        (each["action"], each["state"]) for each in records if each["key"] == key and each["action"] in STEPS
    ]


def test_events_show_each_step_of_an_order_in_order(system: System, seller: Shop, buyer: Shop) -> None:
    order = buyer.buy((seller.product(), 1))
    assert order.status == "confirmed"

    records = answer(system, "events", "--limit", "200")["data"]["records"]

    assert steps_of(records, order.id) == [(step, "done") for step in STEPS]
    mine = [each for each in records if each["key"] == order.id and each["action"] in STEPS]
    assert [each["service"] for each in mine] == ["products", "payments", "orders"]
    assert {each["workflow"] for each in mine} == {"checkout"}
    assert len({each["trace"] for each in mine}) == 1
    assert [each["time"] for each in mine] == sorted(each["time"] for each in mine)


def test_events_are_filtered_and_paged(system: System, seller: Shop, buyer: Shop) -> None:
    for _ in range(3):
        buyer.buy((seller.product(), 1))

    of_payments = answer(system, "events", "--service", "payments")["data"]["records"]
    charges = answer(system, "events", "--type", "payments.charge", "--limit", "2")["data"]
    page = partial(answer, system, "events", "--type", "payments.charge", "--limit", "1", "--before")
    before = page(charges["records"][1]["time"])["data"]["records"]

    assert {each["service"] for each in of_payments} == {"payments"}
    assert [each["action"] for each in charges["records"]] == ["payments.charge"] * 2
    assert charges["before"] == charges["records"][0]["time"]
    assert [each["id"] for each in before] == [charges["records"][0]["id"]]


@contextmanager
def following(system: System) -> Iterator[Iterator[dict[str, Any]]]:
    """The records that `events --follow` prints, as they come."""
    command = [
        sys.executable,
        "-m",
        "blueprint",
        "events",
        "-f",
        "-n",
        "1",
        "--json",
        "-C",
        str(system.folder),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout

        def records() -> Iterator[dict[str, Any]]:
            assert process.stdout
            deadline = time.monotonic() + 30
            while select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
                yield from json.loads(process.stdout.readline())["data"]["records"]

        try:
            process.stdout.readline()
            yield records()
        finally:
            process.terminate()
            assert process.wait(10) == 143


def test_followed_events_come_as_they_happen(system: System, seller: Shop, buyer: Shop) -> None:
    start = system.log_size()
    with following(system) as records:
        order = buyer.buy((seller.product(), 1))
        seen: list[dict[str, Any]] = []
        for record in records:
            seen.append(record)
            if {step for step, state in steps_of(seen, order.id) if state == "done"} == {*STEPS}:
                break

    assert {step for step, state in steps_of(seen, order.id) if state == "done"} == {*STEPS}
    lines = system.log_lines(start)
    assert "/orders" in {line.get("path") for line in lines}
    assert not [line for line in lines if "/internal/records" in line.get("path", "")]


def test_names_that_the_spec_does_not_have_are_refused_with_the_nearest(system: System) -> None:
    for words, code, near in [
        (("events", "--service", "paymants"), "unknown-service", "payments"),
        (("events", "--follow", "--service", "paymants"), "unknown-service", "payments"),
        (("events", "--type", "order.plaeced"), "unknown-record", "order.placed"),
        (("dead-letters", "--service", "paymants"), "unknown-service", "payments"),
    ]:
        refused = answer(system, *words)
        assert (refused["exit_code"], refused["errors"][0]["code"]) == (2, code), words
        assert f"did you mean {near}? there is " in refused["errors"][0]["hint"]
    assert answer(system, "dead-letters", "--service", "payments")["status"] == "ok"


def test_a_dead_letter_is_listed_shown_and_replayed(system: System, seller: Shop, buyer: Shop) -> None:
    product = seller.product(price=BROKEN_PRICE)
    with _provider_that_fails_on_the_broken_price(system):
        stuck = read(Order, created(buyer.post("/orders", order_form((product, 1)))))
        eventually(lambda: _dead_letters(system), GIVEN_UP_SECONDS, "a dead letter", every=0.5)
    [listed] = answer(system, "dead-letters")["data"]["letters"]

    [shown] = answer(system, "dead-letters", "show", listed["id"][:-2])["data"]["letters"]
    dead = [each for each in answer(system, "events")["data"]["records"] if each["state"] == "dead"]
    replayed = answer(system, "dead-letters", "replay", listed["id"])

    assert stuck.id in shown["body"]
    assert listed["error"] == shown["error"]
    assert [each["attempts"] for each in dead] == [listed["attempts"]]
    assert (replayed["status"], replayed["data"]) == ("changed", {"replayed": [listed["id"]]})
    assert buyer.final(stuck).status == "confirmed"
    assert answer(system, "dead-letters", "replay", "--all")["status"] == "unchanged"
    assert answer(system, "dead-letters", "skip", listed["id"])["errors"][0]["code"] == "no-dead-letter"


def test_rows_come_page_by_page_without_hashes_and_secrets(system: System, shop: Shop) -> None:
    for name in ("Ann", "Bob", "Cy"):
        shop.register(name=name)

    first = answer(system, "data", "users", "--limit", "2")["data"]
    second = answer(system, "data", "users", "--limit", "2", "--page", "2")["data"]
    token = system.environment["OPERATOR_TOKEN"]

    assert (len(first["rows"]), first["next"]) == (2, 2)
    assert first["rows"][-1]["id"] < second["rows"][0]["id"]
    assert {row["password_hash"] for row in first["rows"]} == {"(hidden)"}
    assert "@" in first["rows"][0]["email"]
    assert token not in json.dumps([first, second])


def test_the_tables_of_a_service_are_its_own_and_the_kits(system: System) -> None:
    found = answer(system, "data", "orders", "--tables")["data"]["tables"]

    names = [each["table"] for each in found]
    assert names[0] == "orders"
    assert "users" not in names
    assert {"_tasks", "_migrations"} <= {*names}
    assert answer(system, "data", "orders", "users")["errors"][0]["code"] == "unknown-table"
    assert answer(system, "data", "orders", "_tasks", "--limit", "1")["data"]["table"] == "_tasks"
