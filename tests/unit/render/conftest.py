from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _no_test_sees_the_cache_of_another(cache: Path) -> None:
    pass
