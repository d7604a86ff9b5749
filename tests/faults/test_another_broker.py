"""An event-driven shop moves from one broker to another, as docs/how-to/change-the-broker.md says."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.event_stage import PATIENCE
from tests.sagas.stage import Stage, staged
from tests.support.event_log import EventLog
from tests.support.shop import open_shop
from tests.support.system import System, eventually

pytestmark = pytest.mark.timeout(600)


def at(broker: Path) -> dict[str, str]:
    return {"BROKER_URL": f"sqlite:///{broker}"}


@contextmanager
def moved(stage: Stage, broker: Path) -> Iterator[Stage]:
    """The same shop, started again with this broker."""
    system = System(stage.system.folder, stage.system.log, variables=at(broker))
    with system, open_shop(system.url) as shop:
        yield replace(stage, system=system, buyer=replace(stage.buyer, http=shop.http))


def test_what_was_not_sent_yet_goes_to_the_new_broker(project: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.touch()
    with staged(project, tmp_path, variables=at(nowhere / "broker.db")) as stage:
        orders = [stage.order() for _ in range(3)]
        assert {stage.buyer.look_at(order).status for order in orders} == {"pending"}

    with moved(stage, tmp_path / "new.db") as stage:
        assert {stage.end_of(order).status for order in orders} == {"confirmed"}
        stage.check()


def test_what_was_sent_waits_at_the_old_broker_until_somebody_comes_back(
    project: Path, tmp_path: Path
) -> None:
    old = EventLog(tmp_path / "old.db")
    with staged(project, tmp_path, variables=at(old.file)) as stage:
        stage.system.kill("products", signal.SIGSTOP)
        left = stage.order()
        eventually(lambda: left.id in {event["subject"] for event in old.events()}, PATIENCE, "it is sent")

    with moved(stage, tmp_path / "new.db") as stage:
        assert stage.end_of(stage.order()).status == "confirmed"
        assert stage.buyer.look_at(left).status == "pending"

    with moved(stage, old.file) as stage:
        assert stage.end_of(left).status == "confirmed"
        stage.check()
