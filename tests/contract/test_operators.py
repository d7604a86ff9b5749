"""What only operators may do, and how they find and mend what could not be handled."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import httpx
import pytest

from tests.contract.problems import assert_problem
from tests.support.shop import Order, Shop, created, ok, order_form, read
from tests.support.system import Service, System, eventually

BROKEN_PRICE = 4_242
GIVEN_UP_SECONDS = 90


def _internal(system: System, service: Service, path: str = "", token: str | None = None) -> httpx.Response:
    method = "POST" if path else "GET"
    token = system.environment["OPERATOR_TOKEN"] if token is None else token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{service.url}/internal/dead-letters{path}"
    return httpx.request(method, url, headers=headers, timeout=10, trust_env=False)


def _dead_letters(system: System) -> list[tuple[Service, dict[str, Any]]]:
    return [
        (service, letter) for service in system.workers for letter in ok(_internal(system, service))["items"]
    ]


@pytest.mark.parametrize(
    "path", ["", "/", "/dead-letters", "/dead-letters/some-id/replay", "/actions/payments.charge"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_internal_is_not_there_at_the_base_url(
    system: System, shop: Shop, method: str, path: str
) -> None:
    operator = shop.with_token(system.environment["OPERATOR_TOKEN"])

    for way in (
        "/internal",
        "//internal",
        "/products/../internal",
        "/products/%2e%2e/internal",
        "/%69nternal",
    ):
        assert_problem(operator.request(method, way + path), 404)


@pytest.mark.parametrize("path", ["metrics", "readyz"])
def test_what_processes_tell_about_themselves_is_not_there_at_the_base_url(shop: Shop, path: str) -> None:
    for way in (f"/{path}", f"//{path}", f"/products/../{path}", f"/%{ord(path[0]):x}{path[1:]}"):
        assert_problem(shop.get(way), 404)


@pytest.mark.parametrize("path", ["", "/some-id/replay", "/some-id/skip"])
def test_dead_letters_need_the_operators_token(system: System, newcomer: Shop, path: str) -> None:
    assert newcomer.token
    right = system.environment["OPERATOR_TOKEN"]

    for service in system.workers:
        for token in ("", "wrong", right[:-1], right + "x", newcomer.token):
            assert_problem(_internal(system, service, path, token), 401)


def test_after_normal_work_there_are_no_dead_letters(system: System, seller: Shop, buyer: Shop) -> None:
    for card in ("card", "card_declined", "card_flaky"):
        buyer.buy((seller.product(), 1), card=card)

    assert _dead_letters(system) == []


@pytest.mark.parametrize("what", ["replay", "skip"])
def test_a_dead_letter_that_does_not_exist_cannot_be_settled(system: System, what: str) -> None:
    for service in system.workers:
        assert_problem(_internal(system, service, f"/nothing/{what}"), 404)


@contextmanager
def _provider_that_fails_on_the_broken_price(system: System) -> Iterator[None]:
    """The provider's stand-in keeps its ledger in a file: let the ledger refuse one amount."""
    with closing(
        sqlite3.connect(system.folder / "var" / "payment-provider.db", isolation_level=None)
    ) as ledger:
        ledger.execute(
            f"CREATE TRIGGER broken BEFORE INSERT ON charges WHEN new.amount = {BROKEN_PRICE} "
            "BEGIN SELECT RAISE(ABORT, 'the provider is broken'); END"
        )
        try:
            yield
        finally:
            ledger.execute("DROP TRIGGER broken")


def test_a_step_that_always_fails_ends_as_a_dead_letter_and_can_be_replayed(
    system: System, seller: Shop, buyer: Shop
) -> None:
    product, other = seller.product(price=BROKEN_PRICE), seller.product(price=1)
    assert buyer.buy((other, 1)).status == "confirmed"

    trace_id, start = secrets.token_hex(16), system.log_size()
    with _provider_that_fails_on_the_broken_price(system):
        parent = {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}
        stuck = read(Order, created(buyer.post("/orders", order_form((product, 1)), parent)))
        [(service, letter)] = eventually(
            lambda: _dead_letters(system), GIVEN_UP_SECONDS, "a dead letter", every=0.5
        )
        assert stuck.id in letter["body"]
        assert letter["first_error"] and letter["error"]
        assert ", line " in letter["stack"]
        assert trace_id in letter["traceparent"]
        failures = [line for line in system.log_lines(start) if line.get("event") == "task failed"]
        assert {line["trace_id"] for line in failures} == {trace_id}
        assert all(line["delay"] > 0 for line in failures[:-1])
        assert [line["status"] for line in failures] == ["waiting"] * (letter["attempts"] - 1) + ["dead"]
        assert [line["status"] for line in failures if "exception" in line] == ["dead"]
        assert ", line " in failures[-1]["exception"]
        assert letter in _operate(system, "list", service.url)
        assert buyer.look_at(stuck).status == "pending"
        assert _ends_of(buyer, [buyer.order((other, 1)) for _ in range(5)]) == {"confirmed"}
    replayed = system.log_size()
    assert _operate(system, "replay", service.url, letter["id"]) == []

    assert buyer.final(stuck).status == "confirmed"
    assert [payment.status for payment in buyer.payments(stuck)] == ["captured"]
    assert seller.stock_of(product) == product.stock - 1
    assert _dead_letters(system) == []
    for part in ("orders", "payments"):
        fields = {"trace_id": trace_id, "service": system.part(part).name}
        eventually(partial(_lines, system, replayed, fields), 5, f"{part} goes on in the same trace")


def _lines(system: System, since: int, fields: Mapping[str, str]) -> list[dict[str, Any]]:
    return [line for line in system.log_lines(since) if fields.items() <= line.items()]


def _operate(system: System, *arguments: str) -> list[dict[str, Any]]:
    """What the project's own command for operators prints."""
    [package] = (path.parent.name for path in system.folder.glob("src/*/entrypoints"))
    command = [
        str(system.folder / ".blueprint/venv/bin/python"),
        "-m",
        f"{package}.entrypoints.dead_letters",
        *arguments,
    ]
    paths = {"PYTHONPATH": "src", "PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=system.folder, env=paths, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_operators_command_says_what_is_wrong(system: System) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failure:
        _operate(system, "skip", system.workers[0].url, "nothing")

    assert failure.value.stderr == f"{system.workers[0].url} responds with 404: No such dead letter.\n"


def _ends_of(buyer: Shop, orders: list[Order]) -> set[str]:
    return {buyer.final(order).status for order in orders}
