from collections.abc import AsyncIterator

import pytest

from acme.platform.monitoring import telemetry
from acme.platform.storage.database import Database
from acme.platform.workflows import tasks
from conftest import new_database
from tests.kit.doubles import TABLE


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
