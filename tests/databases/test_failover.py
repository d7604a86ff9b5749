"""The primary dies and its standby is promoted while orders come in: nothing is lost or restarted."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.databases.conftest import shop_in
from tests.databases.server import IN_A_URL, USER, running
from tests.generated.workshop import Workshop
from tests.sagas.stage import staged
from tests.support.system import eventually

ORDERS = 60
PATTERNS = [
    "event-driven",
    pytest.param("microservices", marks=pytest.mark.exhaustive),
    pytest.param("monolith", marks=pytest.mark.exhaustive),
]


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_standby_takes_over_and_no_order_is_lost(pattern: str, workshop: Workshop, tmp_path: Path) -> None:
    project = workshop.startable(shop_in(pattern))
    with running() as primary, running(primary) as standby:
        database = primary.new_database().rpartition("/")[2]
        hosts = f"127.0.0.1:{standby.port},127.0.0.1:{primary.port}"
        variables = {"DATABASE_URL": f"postgresql://{USER}:{IN_A_URL}@{hosts}/{database}"}
        with staged(project, tmp_path, variables=variables) as stage:
            with ThreadPoolExecutor(8) as clients:
                orders = [clients.submit(stage.order) for _ in range(ORDERS)]
                eventually(lambda: len(stage.placed) >= ORDERS // 4, 60, "a quarter of the orders is placed")
                primary.kill()
                standby.promote()
            for order in orders:
                order.result()

            stage.check()
    sys.stdout.write(f"{pattern}: {ORDERS} orders, the standby promoted; lost 0, doubled 0, stuck 0\n")
