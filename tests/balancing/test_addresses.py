"""A gateway says from where a client comes, whatever the client says itself: limits on logins rely on it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.balancing.fronts import FRONTS, Front
from tests.balancing.instances import instances
from tests.balancing.test_retries import PROCESSES
from tests.support.system import eventually

CLAIMS = [
    [],
    [("X-Forwarded-For", "9.9.9.9")],
    [("X-Forwarded-For", "9.9.9.9, 127.0.0.1")],
    [("X-Forwarded-For", "9.9.9.9"), ("x-forwarded-for", "8.8.8.8")],
]


@pytest.mark.parametrize("front", FRONTS)
def test_what_a_client_says_of_its_address_is_not_passed_on(
    front: Front, project: Path, tmp_path: Path
) -> None:
    with instances(1) as [instance]:
        ports = {name: [instance.server_port] for name in PROCESSES}
        with front(project, ports, tmp_path) as url, httpx.Client(base_url=url, trust_env=False) as client:
            eventually(lambda: client.get("/orders").is_success, 10, "the instance is known to be ready")
            instance.came_from.clear()

            for claim in CLAIMS:
                client.get("/orders", headers=claim)

    assert instance.came_from == ["127.0.0.1"] * len(CLAIMS)
