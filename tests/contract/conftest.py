"""Who takes part: a visitor, some users, and their goods."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.shop import Shop, open_shop
from tests.support.system import System


@pytest.fixture(scope="session")
def shop(system: System) -> Iterator[Shop]:
    """The shop as a visitor sees it who has not logged in."""
    with open_shop(system.url) as visitor:
        yield visitor


@pytest.fixture(scope="session")
def seller(shop: Shop) -> Shop:
    """A user who puts products into the shop."""
    return shop.register(name="Seller")


@pytest.fixture(scope="session")
def buyer(shop: Shop) -> Shop:
    """A user for tests that do not count orders."""
    return shop.register(name="Buyer")


@pytest.fixture
def newcomer(shop: Shop) -> Shop:
    """A user without a past: has no order but those of the test."""
    return shop.register(name="Newcomer")
