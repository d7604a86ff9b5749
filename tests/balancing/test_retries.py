"""A request that fails on its way is sent again only where nothing can happen twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.balancing.fronts import Ports, caddy, haproxy
from tests.balancing.instances import Instance, instances
from tests.support.system import eventually

Front = Callable[[Path, Ports, Path], AbstractContextManager[str]]
PROCESSES = ("users", "products", "orders", "payments")


@dataclass(frozen=True, slots=True)
class Stage:
    """A front, and two instances behind it, of which the first one hangs up on whoever asks it."""

    client: httpx.Client
    bad: Instance
    good: Instance

    @property
    def heard(self) -> list[tuple[str, int]]:
        return self.bad.heard + self.good.heard

    def ask_the_bad_one(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """The answer to the first request that reached it; requests before that are forgotten."""
        while True:
            self.bad.heard.clear()
            self.good.heard.clear()
            answer = ask()
            if self.bad.heard:
                return answer


@pytest.fixture(params=[caddy, haproxy], ids=["caddy", "haproxy"])
def stage(request: pytest.FixtureRequest, project: Path, tmp_path: Path) -> Iterator[Stage]:
    front: Front = request.param
    with instances(2) as (bad, good):
        bad.hangs_up = True
        ports = {name: [bad.server_port, good.server_port] for name in PROCESSES}
        # On a connection that was used before, HAProxy hangs up where it would say 502 on a new one.
        single_use = httpx.Limits(max_keepalive_connections=0)
        with (
            front(project, ports, tmp_path) as url,
            httpx.Client(base_url=url, trust_env=False, limits=single_use) as client,
        ):
            stage = Stage(client, bad, good)
            eventually(lambda: _both_are_asked(stage), 10, "both instances are known to be ready")
            yield stage


def _both_are_asked(stage: Stage) -> bool:
    stage.client.get("/orders")
    return bool(stage.bad.heard and stage.good.heard)


def test_what_only_reads_is_asked_of_another_instance(stage: Stage) -> None:
    answer = stage.ask_the_bad_one(lambda: stage.client.get("/orders"))

    assert answer.status_code == 200


@pytest.mark.parametrize("size", [0, 10, 60_000])
def test_a_post_without_a_key_is_never_executed_twice(stage: Stage, size: int) -> None:
    answer = stage.ask_the_bad_one(lambda: stage.client.post("/orders", content=size * b"x"))

    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert stage.heard == [("POST", size)]


@pytest.mark.parametrize("size", [0, 10, 60_000])
def test_a_post_with_a_key_is_asked_of_another_instance_as_a_whole(stage: Stage, size: int) -> None:
    answer = stage.ask_the_bad_one(
        lambda: stage.client.post("/orders", content=size * b"x", headers={"Idempotency-Key": "a"})
    )

    assert answer.status_code == 200
    assert stage.good.heard == [("POST", size)]


def test_who_is_not_ready_is_not_asked(stage: Stage) -> None:
    stage.bad.ready = False
    eventually(lambda: _is_left_alone(stage), 10, "the instance is left alone")

    assert {stage.client.post("/orders").status_code for _ in range(20)} == {200}


def _is_left_alone(stage: Stage) -> bool:
    stage.bad.heard.clear()
    for _ in range(10):
        stage.client.get("/orders")
    return not stage.bad.heard


def test_where_nobody_is_ready_the_answer_says_when_to_come_back(stage: Stage) -> None:
    stage.bad.ready = stage.good.ready = False
    eventually(lambda: stage.client.get("/orders", timeout=20).status_code == 503, 20, "nobody is asked")

    answer = stage.client.get("/orders", timeout=20)

    assert answer.headers["retry-after"] == "1"
    assert answer.json()["status"] == 503


@pytest.mark.parametrize("path", ["/internal/dead-letters", "/readyz", "/metrics", "/nothing"])
def test_what_is_not_for_everybody_is_not_there(stage: Stage, path: str) -> None:
    answer = stage.client.get(path)

    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_the_document_of_the_interface_is_there(stage: Stage, project: Path) -> None:
    assert stage.client.get("/openapi.json").content == (project / "docs/openapi.json").read_bytes()
