"""Code of a team that rows of the table put into a project, with the tests that the team writes for it."""

LABEL_TEST = """\
import pytest

from conftest import serve
from shop import orders

ORDER = {"user_id": "ada", "note": "fragile"}


async def test_an_order_has_one_of_the_labels() -> None:
    async with serve(orders.service) as client:
        assert (await client.post("/orders", json=ORDER)).json()["note"] == "fragile"
        assert (await client.post("/orders", json={"user_id": "ada"})).json()["note"] is None


@pytest.mark.parametrize("note", ["heavy", "", 7])
async def test_another_label_is_refused(note: object) -> None:
    async with serve(orders.service) as client:
        order = (await client.post("/orders", json=ORDER)).json()
        for answer in (
            await client.post("/orders", json={**ORDER, "note": note}),
            await client.put(f"/orders/{order['id']}", json={**ORDER, "note": note}),
        ):
            assert answer.status_code == 422
            assert [error["field"] for error in answer.json()["errors"]] == ["note"]


async def test_the_document_names_the_labels() -> None:
    async with serve(orders.service) as client:
        schemas = (await client.get("/openapi.json")).json()["components"]["schemas"]

    assert schemas["Label"]["enum"] == ["plain", "fragile"]
    assert {"$ref": "#/components/schemas/Label"} in schemas["NewOrder"]["properties"]["note"]["anyOf"]
"""
PAYMENT_METHOD = '''\
"""How an order is paid."""

from enum import StrEnum


class PaymentMethod(StrEnum):
    CARD = "card"
    CARD_SLOW = "card_slow"
    CARD_FLAKY = "card_flaky"
    CARD_DECLINED = "card_declined"
'''
PAYMENT_METHOD_TEST = """\
import pytest
from pydantic import ValidationError

from conftest import new_database
from shop import orders as package
from shop.orders.api import NewOrder
from shop.orders.payment_method import PaymentMethod
from shop.orders.resource import Order, orders


def test_another_payment_method_is_refused() -> None:
    order = {"items": [{"product_id": "lamp", "quantity": 1}], "payment_method": "card"}
    assert NewOrder.model_validate(order).payment_method is PaymentMethod.CARD

    with pytest.raises(ValidationError, match="payment_method"):
        NewOrder.model_validate({**order, "payment_method": "shells"})


async def test_no_other_one_is_stored() -> None:
    async with new_database(package.service) as db, db.begin() as tx:
        order = await orders.insert(tx, Order(user_id="ada", items=[], payment_method=PaymentMethod.CARD))

        assert await orders.find(tx, order.id) == order
        with pytest.raises(ValidationError, match="payment_method"):
            await orders.update(tx, order.id, payment_method="shells")  # type: ignore[arg-type]
"""
WORDS_TEST = '''\
import pytest

from conftest import serve
from shop import orders


@pytest.mark.parametrize(
    ("note", "reason"), [("x" * 201, "at most 200"), ("two\\nlines", "pattern"), ("<b>", "may not hold")]
)
async def test_a_note_is_one_plain_line(note: str, reason: str) -> None:
    async with serve(orders.service) as client:
        assert (await client.post("/orders", json={"user_id": "ada", "note": "x" * 200})).status_code == 201

        answer = await client.post("/orders", json={"user_id": "ada", "note": note})

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], reason in error["message"]) == ("note", True)


async def test_a_rule_of_the_record_alone_is_one_of_requests() -> None:
    """As `user_id` has it, whose request takes any text."""
    async with serve(orders.service) as client:
        answer = await client.post("/orders", json={"user_id": "<ada>"})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["user_id"]
'''
WORDS_TEST_SHOP = """\
import pytest
from pydantic import ValidationError

from conftest import new_database
from shop import orders as package
from shop.orders.resource import Order, orders


@pytest.mark.parametrize("reason", ["x" * 201, "two\\nlines", "<b>"])
async def test_a_reason_is_one_plain_line(reason: str) -> None:
    async with new_database(package.service) as db, db.begin() as tx:
        order = Order(user_id="ada", items=[], payment_method="card", reason="x" * 200)
        await orders.insert(tx, order)

        with pytest.raises(ValidationError, match="reason"):
            await orders.update(tx, order.id, reason=reason)
        assert await orders.find(tx, order.id) == order
"""
RULES_TEST = """\
from conftest import new_database, serve
from shop import orders as package

URGENT = {"user_id": "ada", "note": "urgent"}


async def test_a_user_has_one_urgent_order() -> None:
    async with serve(package.service) as client:
        assert (await client.post("/orders", json=URGENT)).status_code == 201
        other = (await client.post("/orders", json={**URGENT, "note": "later"})).json()

        for answer in (
            await client.post("/orders", json=URGENT),
            await client.put(f"/orders/{other['id']}", json=URGENT),
        ):
            assert answer.status_code == 409
            assert [error["field"] for error in answer.json()["errors"]] == ["user_id", "note"]


async def test_a_secret_note_is_there_once() -> None:
    async with serve(package.service) as client:
        notes = [{"user_id": user, "note": "secret"} for user in ("ada", "eve")]
        answers = [await client.post("/orders", json=note) for note in notes]

    assert [answer.status_code for answer in answers] == [201, 409]
    assert [error["field"] for error in answers[1].json()["errors"]] == ["note"]


async def test_a_loud_note_is_put_down() -> None:
    async with serve(package.service) as client:
        order = (await client.post("/orders", json={**URGENT, "note": "LOUD"})).json()

    assert order["note"] == "loud"


async def test_the_view_can_be_read() -> None:
    async with new_database(package.service) as db:
        assert await db.all('SELECT "id", "note" FROM "labels"') == []
"""
RULES_TEST_SHOP = """\
import pytest

from conftest import new_database
from shop import orders as package
from shop.orders.resource import Order, orders
from shop.platform.storage.database import Duplicate


def order(user_id: str, reason: str) -> Order:
    return Order(user_id=user_id, items=[], payment_method="card", reason=reason)


@pytest.mark.parametrize(
    ("reason", "other", "fields"), [("urgent", "ada", ("user_id", "reason")), ("secret", "eve", ("reason",))]
)
async def test_what_is_taken_is_named(reason: str, other: str, fields: tuple[str, ...]) -> None:
    async with new_database(package.service) as db:
        async with db.begin() as tx:
            await orders.insert(tx, order("ada", reason))
            later = await orders.insert(tx, order(other, "later"))

        with pytest.raises(Duplicate) as inserted:
            async with db.begin() as tx:
                await orders.insert(tx, order(other, reason))
        with pytest.raises(Duplicate) as updated:
            async with db.begin() as tx:
                await orders.update(tx, later.id, reason=reason)

    assert inserted.value.fields == updated.value.fields == fields


async def test_a_loud_reason_is_put_down_and_seen_in_the_view() -> None:
    async with new_database(package.service) as db:
        async with db.begin() as tx:
            loud = await orders.insert(tx, order("ada", "LOUD"))

        assert await db.all('SELECT "id", "reason" FROM "labels"') == [{"id": loud.id, "reason": "loud"}]
"""
QUERIES = '''\
"""Orders by what they say."""

from shop.orders.resource import Order, orders
from shop.platform.storage.database import Reader


async def marked(db: Reader, word: str) -> list[Order]:
    return await orders.where(db, "note LIKE :word ORDER BY id", word=f"%{word}%")
'''
QUERIES_TEST = """\
from conftest import new_database
from shop import orders as package
from shop.orders.queries import marked
from shop.orders.resource import Order, orders


async def test_orders_are_found_by_a_word() -> None:
    async with new_database(package.service) as db:
        async with db.begin() as tx:
            lamp = await orders.insert(tx, Order(user_id="ada", note="a lamp"))
            await orders.insert(tx, Order(user_id="ada"))

        assert await marked(db, "lamp") == [lamp]
"""
COUNTS = '''\
"""How many orders there are of each user."""

from sqlalchemy import func, select

from shop.orders.resource import orders
from shop.platform.storage.database import Reader
from shop.statements import clause, fetch

items = clause(orders)


async def by_user(db: Reader) -> dict[str, int]:
    number = func.count().label("number")
    rows = await fetch(db, select(items.c.user_id, number).group_by(items.c.user_id))
    return {row["user_id"]: row["number"] for row in rows}
'''
COUNTS_TEST = """\
from conftest import new_database
from shop import orders as package
from shop.orders.counts import by_user
from shop.orders.resource import Order, orders


async def test_orders_are_counted_by_user() -> None:
    async with new_database(package.service) as db:
        async with db.begin() as tx:
            for user_id in ("ada", "ada", "eve"):
                await orders.insert(tx, Order(user_id=user_id))

        assert await by_user(db) == {"ada": 2, "eve": 1}
"""
ARCHIVE = '''\
"""Orders that are done with, in a file of their own."""

from pathlib import Path

import aiosqlite


async def archive(file: Path, order_id: str) -> int:
    """Add an order. How many there are now."""
    async with aiosqlite.connect(file) as db:
        await db.execute("CREATE TABLE IF NOT EXISTS archived (id TEXT PRIMARY KEY)")
        await db.execute("INSERT INTO archived VALUES (?)", (order_id,))
        await db.commit()
        row = await (await db.execute("SELECT count(*) FROM archived")).fetchone()
    return int(row[0]) if row else 0
'''
ARCHIVE_TEST = """\
from pathlib import Path

from shop.orders.archive import archive


async def test_orders_are_archived(tmp_path: Path) -> None:
    assert [await archive(tmp_path / "archive.db", order_id) for order_id in ("1", "2")] == [1, 2]
"""
