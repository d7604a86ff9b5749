"""An event-driven shop without its broker, and with full disks: orders are taken, and none is lost.

`--all` takes the broker away for a minute.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.servers.nats import OFFERS
from tests.faults.event_stage import PATIENCE, check, customers, order_many
from tests.generated.recipes import Recipe, write
from tests.sagas.stage import Stage, staged
from tests.support.event_log import EventLog, log_of
from tests.support.system import System, eventually

ORDERS = 200
"""That come, at most, while the broker is away."""
LONGER_THAN_A_RETRY = 4.5
"""Seconds: services try again after one."""
how_long = pytest.mark.parametrize("seconds", [5, pytest.param(60, marks=pytest.mark.exhaustive)])


@pytest.mark.timeout(600)
@how_long
def test_orders_are_taken_while_the_broker_is_away(one_each: Stage, seconds: int) -> None:
    with log_of(one_each.system).locked():
        _order_for(one_each, seconds)

    check(one_each, f"the broker away for {seconds} s")


@pytest.mark.timeout(600)
@how_long
def test_orders_are_taken_while_a_server_of_nats_does_not_answer(tmp_path: Path, seconds: int) -> None:
    [nats] = OFFERS
    write(Recipe("e-commerce", "event-driven", broker="nats"), tmp_path / "project")
    with ExitStack() as stack:
        server = stack.enter_context(nats.start(tmp_path))
        variables = {"BROKER_URL": server.url("shop")}
        stage = stack.enter_context(staged(tmp_path / "project", tmp_path, variables=variables))
        assert stage.end_of(stage.order()).status == "confirmed"
        with server.outage():
            _order_for(stage, seconds)

        stage.check()
    told = f"{len(stage.placed)} orders, NATS away for {seconds} s; lost 0, doubled 0, stuck 0"
    sys.stdout.write(f"{told}\n")


def _order_for(stage: Stage, seconds: float) -> None:
    """Orders all that time; none is decided."""
    until = time.monotonic() + seconds
    waiting = stage.order()
    while time.monotonic() < until:
        stage.order()
        time.sleep(seconds / ORDERS)
    assert stage.buyer.look_at(waiting).status == "pending"


def test_a_shop_that_starts_without_its_broker_takes_orders(project: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "broker"
    in_the_way.touch()
    file = in_the_way / "broker.db"
    with staged(project, tmp_path, variables={"BROKER_URL": f"sqlite:///{file}"}) as stage:
        orders = [stage.order() for _ in range(5)]
        assert {stage.buyer.look_at(order).status for order in orders} == {"pending"}
        eventually(lambda: _warnings(stage.system), PATIENCE, "it is told that the broker is away")
        in_the_way.unlink()

        assert {stage.end_of(order).status for order in orders} == {"confirmed"}
        check(stage, "no broker at the start", EventLog(file))


def test_a_full_disk_of_the_broker_holds_up_events_and_no_order(
    project: Path, tmp_path: Path, small_disk: Path
) -> None:
    file = small_disk / "broker.db"
    with staged(project, tmp_path, variables={"BROKER_URL": f"sqlite:///{file}"}) as stage:
        assert stage.end_of(stage.order()).status == "confirmed"
        with _full(small_disk):
            since = stage.system.log_size()
            orders = order_many(stage, 40)
            eventually(lambda: _warnings(stage.system, since), PATIENCE, "it is told that the broker is full")
            stage.system.wait_replaced("products", stage.system.kill("products"))
            assert "pending" in {stage.buyer.look_at(order).status for order in orders}

        check(stage, "the disk of the broker full", EventLog(file))


def test_where_no_process_can_write_orders_are_refused_clearly_and_none_is_lost(one_each: Stage) -> None:
    with customers(one_each), _no_room(one_each.system):
        answer = one_each.buyer.try_order((one_each.products[0], 1), key="while the disk is full")
        time.sleep(LONGER_THAN_A_RETRY)
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0

    check(one_each, "no room for any file")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"only root can mount a file system: {mounted.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def _full(disk: Path) -> Iterator[None]:
    """Inside, there is no room for another byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        size = 1 << 16
        while size:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def _no_room(system: System) -> Iterator[None]:
    """Inside, no service can write to any file."""
    pids = [system.pid_of(service.name) for service in system.workers]
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_, most) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        for pid, limit in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


def _warnings(system: System, since: int = 0) -> list[dict[str, Any]]:
    return [line for line in system.log_lines(since) if line.get("event") == "cannot publish events"]
