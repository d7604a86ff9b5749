"""Fixtures of the tests of the whole system."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import AsyncClient

from tests.system import running


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[AsyncClient]:
    """Return a client for all services behind one base URL."""
    async with running(tmp_path) as client:
        yield client
