"""A shop in use while its files are saved: only what holds a file restarts, and no order is lost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import cycle
from threading import Event

import httpx
import pytest

from tests.contract.invariants import Witness, assert_all_holds_at_rest
from tests.reload.stage import PATIENCE, Stage
from tests.support.shop import Order, Product, Shop
from tests.support.system import GATEWAY, eventually

pytestmark = pytest.mark.in_turns(3)

SERVICES = ("orders", "payments", "products")


@pytest.mark.parametrize("service", SERVICES)
def test_a_saved_file_restarts_the_process_that_holds_it_and_no_other(stage: Stage, service: str) -> None:
    before = stage.processes
    with stage.route_of(service) as since:
        stage.wait_logged(" restarted in ", since)
        after = stage.processes
        assert {name for name in before if before[name] != after[name]} == {stage.holder_of(service)}
        assert f"src/shop/{service}/api.py saved, restarting {stage.holder_of(service)}\n" in (
            stage.lines_since(since)
        )


def test_a_file_of_the_platform_restarts_all_but_the_gateway(stage: Stage) -> None:
    before = stage.processes
    content = stage.code("platform/values.py").read_text("utf-8")
    with stage.changed("platform/values.py", f"{content}\n# Saved again.\n") as since:
        stage.wait_logged(" restarted in ", since, times=len(stage.system.workers))
        after = stage.processes
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {service.name for service in stage.system.workers}
        assert GATEWAY not in changed


def test_no_order_is_lost_or_doubled_while_files_are_saved(stage: Stage) -> None:
    """Every client gets an answer, with one request or, under its key, with several."""
    seller, buyers = stage.shop.register(name="Seller"), [stage.shop.register() for _ in range(3)]
    product = seller.product(price=7, stock=100_000)
    with _ordering(buyers, product) as orders:
        for service in SERVICES:
            with stage.route_of(service):
                pass
    placed = [order.result() for order in orders]
    assert len(placed) > len(SERVICES)
    assert_all_holds_at_rest(stage.system, Witness(buyers, [product], placed))


@contextmanager
def _ordering(buyers: list[Shop], product: Product) -> Iterator[list[Future[Order]]]:
    """Three clients order one after the other; the list has their orders afterwards."""
    done, orders = Event(), list[Future[Order]]()
    cards = cycle(["card", "card_declined"])  # with others, payments would take longer than the test

    def order(buyer: Shop) -> list[Order]:
        found = []
        while not done.wait(0.02):
            found.append(buyer.order_until_answered((product, 1), card=next(cards)))
        return found

    with ThreadPoolExecutor(len(buyers)) as clients:
        begun = [clients.submit(order, buyer) for buyer in buyers]
        try:
            yield orders
        finally:
            done.set()
    for each in begun:
        for one in each.result():
            orders.append(Future())
            orders[-1].set_result(one)


def test_a_request_without_a_key_waits_for_the_process_that_restarts(stage: Stage) -> None:
    seller = stage.shop.register(name="Seller")
    product = seller.product(price=7, stock=1000)
    codes: list[int] = []
    with stage.changed("orders/api.py", stage.code("orders/api.py").read_text("utf-8")) as since:
        while " restarted in " not in stage.lines_since(since):
            codes.append(seller.try_order((product, 1)).status_code)
    assert set(codes) == {httpx.codes.CREATED}


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("from fastapi import APIRouter\n\nrouter = APIRouter(\n", 3, "SyntaxError"),
        ("import nothing_of_this_name\n", 1, "ModuleNotFoundError"),
    ],
)
def test_a_file_that_does_not_import_is_answered_with_its_place(
    stage: Stage, content: str, line: int, said: str
) -> None:
    before = stage.processes
    with stage.changed("products/api.py", content) as since:
        problem = stage.refusal("/products")
        assert (problem["file"], problem["line"]) == ("src/shop/products/api.py", line)
        assert said in problem["detail"]
        log = stage.wait_logged("answers 503 until", since)
        assert f'src/shop/products/api.py", line {line}' in log
        assert said in log
        others = before.keys() - {stage.holder_of("products")}
        assert {name: stage.system.pid_of(name) for name in others} == {name: before[name] for name in others}
    assert stage.answer("/products") is not None


def test_ten_saves_in_a_second_end_with_the_last_one(stage: Stage) -> None:
    file = stage.code("products/api.py")
    content = file.read_text("utf-8")
    route = '\n\n@router.get("/products/one/of/ten")\nasync def one_of_ten() -> int:\n    return {}\n'
    with stage.changed("products/api.py", content) as since:
        for number in range(10):
            file.write_text(content + route.format(number), "utf-8")
            time.sleep(0.1)
        stage.wait_answer("/products/one/of/ten", 9)
        time.sleep(0.5)
        assert stage.answer("/products/one/of/ten") == 9
        assert " does not start" not in stage.lines_since(since)


def test_a_new_migration_is_applied_and_an_edited_one_is_refused_with_the_way_out(stage: Stage) -> None:
    path, migration = (
        "products/migrations/0002_colour.sql",
        'ALTER TABLE "products" ADD COLUMN "colour" TEXT;\n',
    )
    with stage.changed(path, migration) as since:
        stage.wait_logged(" restarted in ", since)
        assert "colour" in _columns(stage, "products")
        stage.code(path).write_text(migration.replace("TEXT", "BIGINT"), "utf-8")
        detail = stage.refusal("/products")["detail"]
        assert "0002_colour.sql was edited after it was applied" in detail
        assert "restore it with `blueprint migrations fetch`" in detail
        stage.code(path).write_text(migration, "utf-8")
        eventually(lambda: stage.answer("/products") is not None, PATIENCE, "products answers again")


def _columns(stage: Stage, table: str) -> set[str]:
    found: set[str] = set()
    for file in (stage.system.folder / "var").glob("*.db"):
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            found |= {str(row[1]) for row in database.execute(f'PRAGMA table_info("{table}")')}
    return found
