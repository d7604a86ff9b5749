"""Generated projects come up each time, on a machine that is busy with something else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import PATTERNS
from tests.tools.start_often import busy, failed_start, made

STARTS = 25

pytestmark = [pytest.mark.exhaustive, pytest.mark.timeout(3600)]


@pytest.mark.parametrize("fresh", [True, False], ids=["all anew", "without data"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_start_succeeds(pattern: str, fresh: bool, tmp_path: Path) -> None:
    project = made(pattern, "blank", tmp_path / "often")
    with busy(os.cpu_count() or 1):
        failures = [failed_start(project, fresh=fresh) for _ in range(STARTS)]
    assert [failure for failure in failures if failure is not None] == []
