"""Fractions are what was sent, to the last digit, in JSON and in the database."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from acme.platform.http.pages import Cursor
from acme.platform.numbers import Currency, Digits, Float
from acme.platform.storage.database import Database
from acme.platform.storage.rows import InvalidValue, UnreadableRow
from acme.platform.storage.table import Record, Table
from acme.platform.values import Money


class Offer(Record):
    rate: Annotated[Decimal, Field(ge=Decimal("-5.5")), Digits(6, 4)] = Decimal("1.5")
    least: Annotated[Decimal, Digits(18, 18)] | None = None
    most: Annotated[Decimal, Digits(18, 0)] | None = None
    weight: Float = 0.1
    price: Annotated[Money, Field(ge=0), Currency("EUR")] = 1
    rates: list[Annotated[Decimal, Digits(9, 9)]] = []


offers = Table("offers", Offer)
TINY = Decimal("0.000000000000000001")


@pytest.fixture
async def shelf(database: Database) -> AsyncIterator[Database]:
    async with database.begin() as tx:
        await tx.execute(
            'CREATE TABLE offers ("id" TEXT PRIMARY KEY, "created_at" TEXT, "rate" BIGINT, "least" BIGINT, '
            '"most" BIGINT, '
            '"weight" DOUBLE PRECISION, "price" BIGINT, "rates" TEXT)'
        )
    yield database


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("1.5", "1.5000"),
        ("-0.0001", "-0.0001"),
        ("99.9999", "99.9999"),
        ("0", "0.0000"),
        ("01.50000", "1.5000"),
    ],
)
def test_a_decimal_is_text_with_all_its_digits(sent: str, shown: str) -> None:
    assert json.loads(Offer(rate=Decimal(sent)).model_dump_json())["rate"] == shown
    assert json.loads(Offer.model_validate({"rate": sent}).model_dump_json())["rate"] == shown


def test_no_decimal_is_written_with_an_exponent() -> None:
    answer = Offer(least=TINY, rates=[Decimal("1e-9")]).model_dump_json()

    assert (json.loads(answer)["least"], json.loads(answer)["rates"]) == (f"{TINY:f}", ["0.000000001"])
    assert Offer.model_validate_json(answer).least == TINY


@pytest.mark.parametrize(
    "sent",
    [
        "100",
        "-100",
        "1.00001",
        "1e3",
        "NaN",
        "Infinity",
        "1,5",
        " 1",
        "",
        "+1",
        "1.",
        ".5",
        "٣",
        "-5.5001",
        1.5,
        1,
        True,
    ],
)
def test_another_text_or_a_number_is_no_decimal(sent: object) -> None:
    with pytest.raises(ValidationError, match="rate"):
        Offer.model_validate({"rate": sent})


@pytest.mark.parametrize("sent", [float("nan"), float("inf"), "1.5", True, 10**400])
def test_a_float_is_a_finite_number(sent: object) -> None:
    with pytest.raises(ValidationError, match="weight"):
        Offer.model_validate({"weight": sent})


def test_what_a_currency_is_and_the_limit_are_documented() -> None:
    price = Offer.model_json_schema()["properties"]["price"]

    assert (price["minimum"], price["description"]) == (0, "An amount of EUR in its smallest unit.")


async def test_fractions_come_back_from_the_database_and_can_be_looked_up(shelf: Database) -> None:
    kept = [
        Offer(rate=Decimal("1.5"), least=TINY, weight=5e-324, rates=[Decimal("-1e-9"), Decimal("0.5")]),
        Offer(rate=Decimal("-5.5"), least=Decimal("-0.999999999999999999"), weight=-1.7976931348623157e308),
        Offer(rate=Decimal("10"), most=Decimal(10**18 - 1), weight=0.1 + 0.2),
    ]
    async with shelf.begin() as tx:
        for offer in kept:
            await offers.insert(tx, offer)
        await offers.update(tx, kept[2].id, rate=Decimal("9.25"))
    kept[2] = kept[2].model_copy(update={"rate": Decimal("9.25")})

    assert (await offers.page(shelf, Cursor())).items == kept
    assert await offers.find_by(shelf, rate=Decimal("9.2500")) == [kept[2]]
    assert await offers.find_by(shelf, least=None) == [kept[2]]
    rows = await offers.where(shelf, "rate < :most ORDER BY rate", most=Digits(6, 4).encode(Decimal("2")))
    assert rows == [kept[1], kept[0]]


@pytest.mark.parametrize("sent", ["999999999999999999.000000000000000001", "0.1", "999999999999999999.9"])
def test_no_digit_is_rounded_away(sent: str) -> None:
    with pytest.raises(ValidationError, match="most"):
        Offer.model_validate({"most": sent})
    with pytest.raises(ValidationError, match="most"):
        Offer(most=Decimal(sent))


def test_zero_has_no_sign() -> None:
    assert json.loads(Offer.model_validate({"rate": "-0"}).model_dump_json())["rate"] == "0.0000"


async def test_a_filter_that_no_column_can_hold_is_refused(shelf: Database) -> None:
    with pytest.raises(InvalidValue, match="rate must have at most 6 digits, 4 of them after the point"):
        await offers.find_by(shelf, rate=Decimal("1.00001"))


async def test_a_stored_value_that_is_no_decimal_makes_its_row_unreadable(shelf: Database) -> None:
    offer = Offer()
    async with shelf.begin() as tx:
        await offers.insert(tx, offer)
        await tx.execute("UPDATE offers SET rate = 9999999")

    with pytest.raises(UnreadableRow, match="rate of"):
        await offers.find(shelf, offer.id)


async def test_a_value_that_the_field_does_not_allow_is_not_stored(shelf: Database) -> None:
    offer = Offer()
    async with shelf.begin() as tx:
        await offers.insert(tx, offer)
    for changes in (
        {"rate": Decimal("100")},
        {"rate": Decimal("-6")},
        {"weight": float("nan")},
        {"price": -1},
    ):
        with pytest.raises(ValidationError):
            async with shelf.begin() as tx:
                await offers.update(tx, offer.id, **changes)
    assert await offers.find(shelf, offer.id) == offer
