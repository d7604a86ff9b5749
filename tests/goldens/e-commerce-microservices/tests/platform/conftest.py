from collections.abc import AsyncIterator

import pytest

from conftest import new_database
from shop.platform import tasks, telemetry
from shop.platform.database import Database
from tests.platform.doubles import TABLE


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits longer than a test can, not even for a beautiful log."""
    telemetry.configure_logging("tests")
    monkeypatch.setattr(tasks, "GRACE", 0.0)
    monkeypatch.setattr(tasks, "SWEEP", 0.02)
    monkeypatch.setattr(tasks, "LONGEST_DELAY", 0.02)


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    async with new_database() as database:
        async with database.begin() as tx:
            await tx.execute(TABLE)
        yield database
