"""A service that does not come back: its events wait for it, operators are told, and can let go of them."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from blueprint.runtime.environment import OWN
from tests.contract.metrics import read_metrics
from tests.sagas.stage import Stage
from tests.support.event_log import log_of
from tests.support.hanging import hanging
from tests.support.system import System, eventually

BEYOND_THE_LEASE = 4.5
SEEN_SECONDS = 40.0
"""The log is measured every 15 seconds."""


@pytest.mark.long
def test_what_waits_for_a_service_that_is_away_is_told_and_kept(one_each: Stage) -> None:
    system = one_each.system
    one_each.end_of(one_each.order())
    assert _groups(system, "list") == {
        "orders": {"group": "orders", "present": True, "unread": 0},
        "payments": {"group": "payments", "present": True, "unread": 0},
        "products": {"group": "products", "present": True, "unread": 0},
    }
    assert "stop its processes first" in _run(system, "forget", "products").stderr
    assert "use one of orders, payments, products" in _run(system, "forget", "nobody").stderr

    with hanging(system, "products"):
        order = one_each.order()
        orders = system.part("orders")
        eventually(
            lambda: read_metrics(orders).sum("event_group_behind_seconds", group="products") > 1,
            SEEN_SECONDS,
            "that products has read nothing is told",
        )
        assert read_metrics(orders).sum("oldest_pending_seconds") > 1
        assert _groups(system, "list")["products"] == {"group": "products", "present": False, "unread": 1}
        _make_all_events_a_month_old(system)
        time.sleep(BEYOND_THE_LEASE)

    assert one_each.end_of(order).status == "confirmed"
    eventually(
        lambda: read_metrics(orders).sum("oldest_pending_seconds") == 0, SEEN_SECONDS, "no workflow is open"
    )
    one_each.check()


def test_a_group_that_is_forgotten_holds_back_nothing(one_each: Stage) -> None:
    system = one_each.system
    one_each.end_of(one_each.order())
    with log_of(system).writing() as log:
        columns = '"group", partition'
        log.execute(f"INSERT INTO leases ({columns}) SELECT 'gone', partition FROM leases GROUP BY partition")
    assert _groups(system, "list")["gone"]["unread"] > 0

    said = _run(system, "forget", "gone")

    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("removed gone with ")
    assert "gone" not in _groups(system, "list")


def _make_all_events_a_month_old(system: System) -> None:
    """So that they are dropped as soon as anybody looks, unless somebody has not read them."""
    with log_of(system).writing() as log:
        log.execute("UPDATE log SET stored = stored - 30 * 86400")
        log.execute("DELETE FROM chores")


def _groups(system: System, *words: str) -> dict[str, dict[str, object]]:
    said = _run(system, *words)
    assert said.returncode == 0, said.stderr
    return {group["group"]: group for group in map(json.loads, said.stdout.splitlines())}


def _run(system: System, *words: str) -> subprocess.CompletedProcess[str]:
    python = system.folder / OWN / "bin" / "python"
    [package] = (path.parent.name for path in (system.folder / "src").glob("*/flows.py"))
    command = [str(python), "-m", f"{package}.platform.adapters.log_groups", *words]
    environment = {**os.environ, "PYTHONPATH": str(Path("src"))}
    return subprocess.run(
        command, cwd=system.folder, env=environment, capture_output=True, text=True, timeout=60
    )
