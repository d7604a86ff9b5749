"""One customer whose payments are slow holds up nobody else's orders."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.generated.recipes import PATTERNS, Recipe
from tests.generated.workshop import Workshop
from tests.sagas.stage import Stage, staged
from tests.support.shop import Shop
from tests.support.system import eventually

SLOW = [150, pytest.param(300, marks=pytest.mark.exhaustive)]
MEASURED = 30
NOISE_SECONDS = 0.4


def _upper_quartile_of_orders(stage: Stage, buyer: Shop) -> float:
    """Seconds from an order until it is decided, of three orders in four. The slowest ones are noise."""
    seconds = []
    for _ in range(MEASURED):
        started = time.monotonic()
        order = buyer.order((stage.products[0], 1))
        eventually(lambda id=order: buyer.look_at(id).is_final, 60, "the order is decided", every=0.005)
        seconds.append(time.monotonic() - started)
    return statistics.quantiles(seconds, n=4)[-1]


@pytest.mark.long
@pytest.mark.parametrize("number", SLOW)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_others_hardly_notice_hundreds_of_slow_payments_of_one_customer(
    pattern: str, number: int, workshop: Workshop, tmp_path: Path
) -> None:
    with staged(workshop.startable(Recipe("e-commerce", pattern)), tmp_path) as stage:
        ada, eve = stage.buyer, stage.buyer.register()
        _upper_quartile_of_orders(stage, ada)
        alone = _upper_quartile_of_orders(stage, ada)
        with ThreadPoolExecutor(16) as pool:
            slow = list(
                pool.map(lambda _: eve.order((stage.products[0], 1), card="card_slow"), range(number))
            )

        beside = _upper_quartile_of_orders(stage, ada)

        assert not eve.look_at(slow[-1]).is_final
        assert beside <= 2 * alone + NOISE_SECONDS, f"{beside:.3f} s beside, {alone:.3f} s alone"
        ended = [eve.final(order, within=120).status for order in slow]
        assert ended == ["confirmed"] * number
