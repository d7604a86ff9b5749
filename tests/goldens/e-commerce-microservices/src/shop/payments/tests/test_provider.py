from pathlib import Path

import pytest

from shop.payments.provider import SimulatedProvider
from shop.platform.workflows.tasks import Unavailable


@pytest.fixture
def provider(tmp_path: Path) -> SimulatedProvider:
    return SimulatedProvider(tmp_path / "ledger.db")


async def test_a_repeated_capture_charges_once(provider: SimulatedProvider) -> None:
    assert await provider.capture("order", 5, "card") == await provider.capture("order", 5, "card_declined")


async def test_a_flaky_card_is_captured_eventually(provider: SimulatedProvider) -> None:
    for _ in range(2):
        with pytest.raises(Unavailable):
            await provider.capture("order", 5, "card_flaky")

    assert (await provider.capture("order", 5, "card_flaky")).status == "captured"


async def test_a_voided_charge_is_never_captured(provider: SimulatedProvider) -> None:
    await provider.void("order")

    assert (await provider.capture("order", 5, "card")).status == "declined"


@pytest.mark.parametrize(("amount", "method"), [(1_000_001, "card"), (5, "card_declined"), (5, "no such card")])
async def test_a_large_amount_or_an_unknown_card_is_declined(
    provider: SimulatedProvider, amount: int, method: str
) -> None:
    assert (await provider.capture("order", amount, method)).status == "declined"
