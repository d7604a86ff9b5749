"""Logs: one JSON line per request and per event, tied together by the trace id that the client sent."""

from __future__ import annotations

import re
import secrets
from functools import partial
from typing import Any

import pytest

from blueprint.report.log_events import described
from tests.support.shop import Order, Shop, created, order_form, read
from tests.support.system import System, eventually

TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")


def _new_trace() -> str:
    return secrets.token_hex(16)


def _headers(trace_id: str) -> dict[str, str]:
    return {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}


def _lines(system: System, since: int, **fields: object) -> list[dict[str, Any]]:
    return [line for line in system.log_lines(since) if fields.items() <= line.items()]


@pytest.mark.parametrize(("card", "status"), [("card", "confirmed"), ("card_declined", "cancelled")])
def test_the_trace_of_an_order_goes_through_every_service_that_takes_part(
    system: System, seller: Shop, buyer: Shop, card: str, status: str
) -> None:
    product, trace_id, start = seller.product(), _new_trace(), system.log_size()
    form = order_form((product, 1), card=card)

    order = read(Order, created(buyer.post("/orders", form, _headers(trace_id))))

    assert buyer.final(order).status == status
    for part in ("products", "orders", "payments"):
        fields = {"trace_id": trace_id, "service": system.part(part).name}
        eventually(partial(_lines, system, start, **fields), 5, f"a line of {part}")


@pytest.mark.parametrize(
    ("quantity", "first", "last"),
    [
        (1, "order.placed → products.reserve done", "→ order.confirmed"),
        (2, "order.placed → products.reserve refused: out_of_stock", "→ order.cancelled"),
    ],
    ids=["confirmed", "refused"],
)
def test_the_log_shows_the_events_of_an_order_and_what_each_caused(
    system: System, seller: Shop, buyer: Shop, quantity: int, first: str, last: str
) -> None:
    product, trace_id, start = seller.product(stock=1), _new_trace(), system.log_size()

    created(buyer.post("/orders", order_form((product, quantity)), _headers(trace_id)))

    def texts() -> list[str]:
        return [_described(line) for line in _lines(system, start, trace_id=trace_id)]

    eventually(lambda: last in texts(), 10, f"{last} in the log")
    assert {"→ order.placed", first} <= {*texts()}


def _described(line: dict[str, Any]) -> str:
    """What `blueprint run` shows at a terminal, without the duration."""
    return re.sub(r" \d+ ms$", "", described(line["event"], line)[0])


def test_a_request_has_one_line(system: System, seller: Shop) -> None:
    product, trace_id, start = seller.product(), _new_trace(), system.log_size()

    seller.request("GET", f"/products/{product.id}", headers=_headers(trace_id))

    [line] = eventually(lambda: _lines(system, start, trace_id=trace_id), 5, "the line")
    assert line["method"] == "GET"
    assert line["path"] == f"/products/{product.id}"
    assert line["status"] == 200
    assert isinstance(line["seconds"], float)
    assert line["service"] == system.part("products").name
    assert line["level"] == "info"


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "x",
        "00-x-y-01",
        f"00-{32 * '0'}-{16 * '1'}-01",
        f"ff-{32 * '1'}-{16 * '1'}-01",
        f"00-{32 * 'A'}-{16 * '1'}-01",
    ],
)
def test_who_sends_no_valid_trace_gets_a_new_one(system: System, seller: Shop, sent: str) -> None:
    product, start = seller.product(), system.log_size()
    path = f"/products/{product.id}"

    assert seller.request("GET", path, headers={"traceparent": sent}).status_code == 200

    [line] = eventually(lambda: _lines(system, start, path=path), 5, "the line")
    assert TRACE_ID.fullmatch(line["trace_id"])
    assert line["trace_id"] not in sent


def test_logs_hold_no_password_and_no_token(system: System, newcomer: Shop) -> None:
    start = system.log_size()
    newcomer.post("/login", dict(newcomer.form))
    newcomer.post("/users", newcomer.user_form(name=""))
    newcomer.get("/users/me")
    eventually(lambda: _lines(system, start, path="/users/me"), 5, "the last line")

    told = "\n".join(map(str, system.log_lines()))

    assert not [secret for secret in newcomer.passwords if secret in told]
    assert newcomer.token and newcomer.token not in told
    assert newcomer.token.split(".")[2] not in told
