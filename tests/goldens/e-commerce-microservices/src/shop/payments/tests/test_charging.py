"""Charges and refunds reach the payment provider."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conftest import new_database
from shop import payments as package
from shop.payments.actions import charge, refund
from shop.payments.provider import SimulatedProvider
from shop.payments.resource import payments
from shop.platform.storage.database import Database
from shop.platform.workflows.actions import Action, ActionCall, Outcome, perform

ORDER = {"order_id": "order", "user_id": "ada", "total": 500, "payment_method": "card"}


@pytest.fixture
def provider(tmp_path: Path) -> SimulatedProvider:
    """The provider of the service, as configured in `conftest.py`."""
    return SimulatedProvider(tmp_path / "provider.db")


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    async with new_database(package.service) as database:
        yield database


async def do(database: Database, action: Action, undoes: Action | None = None, **changed: str) -> Outcome:
    call = ActionCall(action.name, "order", {**ORDER, **changed}, "checkout", undoes=undoes.name if undoes else "")
    receipt = await action.call_outside(database, call)
    async with database.begin() as tx:
        return await perform(tx, action, call, receipt)


async def statuses(database: Database) -> list[str]:
    return [payment.status for payment in await payments.find_by(database, order_id="order")]


async def test_a_charge_is_captured_by_the_provider(database: Database, provider: SimulatedProvider) -> None:
    await do(database, charge)

    assert (await provider.status_of("order"), await statuses(database)) == ("captured", ["captured"])


async def test_a_declined_payment_is_refused_and_stored(database: Database, provider: SimulatedProvider) -> None:
    outcome = await do(database, charge, payment_method="card_declined")

    assert outcome.reason == "payment_declined"
    assert (await provider.status_of("order"), await statuses(database)) == ("declined", ["declined"])


async def test_a_refund_reaches_the_provider(database: Database, provider: SimulatedProvider) -> None:
    await do(database, charge)

    await do(database, refund, undoes=charge)

    assert (await provider.status_of("order"), await statuses(database)) == ("void", ["refunded"])


async def test_a_refund_before_its_charge_prevents_the_charge(database: Database, provider: SimulatedProvider) -> None:
    await do(database, refund, undoes=charge)

    await do(database, charge)

    assert (await provider.status_of("order"), await statuses(database)) == ("void", [])
