"""Waiting until the machine has nothing else to do."""

from __future__ import annotations

import os
import time
from pathlib import Path

_ENOUGH_IDLE = 0.9
_WINDOW = 0.5
_PATIENCE = float(os.environ.get("BENCHMARK_PATIENCE", "30"))


def wait_for_quiet() -> bool:
    """Return when all processors were nearly idle for half a second, or False after half a minute."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if _idle_share() >= _ENOUGH_IDLE:
            return True
    return False


def _idle_share() -> float:
    idle, total = _ticks()
    time.sleep(_WINDOW)
    idle_then, total_then = _ticks()
    return (idle_then - idle) / max(1, total_then - total)


def _ticks() -> tuple[int, int]:
    """Of all processors since the start: idle ones, and all."""
    ticks = [int(field) for field in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)
