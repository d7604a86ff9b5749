from pathlib import Path

import pytest

from shop.payments.provider import StandIn
from shop.platform.workflows.tasks import Unavailable


@pytest.fixture
def provider(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path / "ledger.db")


async def test_a_repeated_capture_charges_once(provider: StandIn) -> None:
    assert await provider.capture("order", 5, "card") == await provider.capture("order", 5, "card_declined")


async def test_a_flaky_card_is_captured_in_the_end(provider: StandIn) -> None:
    for _ in range(2):
        with pytest.raises(Unavailable):
            await provider.capture("order", 5, "card_flaky")

    assert (await provider.capture("order", 5, "card_flaky")).status == "captured"


async def test_what_was_voided_is_never_captured_later(provider: StandIn) -> None:
    await provider.void("order")

    assert (await provider.capture("order", 5, "card")).status == "declined"


@pytest.mark.parametrize(("amount", "method"), [(1_000_001, "card"), (5, "card_declined"), (5, "no such card")])
async def test_too_much_or_a_bad_card_is_declined(provider: StandIn, amount: int, method: str) -> None:
    assert (await provider.capture("order", amount, method)).status == "declined"
