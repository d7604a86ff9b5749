"""A request that fails on its way is sent again only where nothing can happen twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.balancing.fronts import FRONTS, Front
from tests.balancing.instances import Instance, instances
from tests.contract.test_browsers import TOLD
from tests.support.system import eventually

PROCESSES = ("users", "products", "orders", "payments")

every_connection = pytest.mark.parametrize("warm", [False, True], ids=["new", "used"])
"""From the front to an instance."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A front, and two instances behind it, of which the first one hangs up on whoever asks it."""

    client: httpx.Client
    bad: Instance
    good: Instance

    @property
    def heard(self) -> list[tuple[str, int]]:
        return self.bad.heard + self.good.heard

    def ask_the_bad_one(self, ask: Callable[[], httpx.Response], warm: bool = False) -> httpx.Response:
        """The answer to the first request that reached it; requests before that are forgotten.

        Where it is `warm`, the front has asked that instance before, over a connection that it still has.
        """
        for turn in count():
            if warm:
                self._warm_up()
            for _ in range(turn % 2):  # they are asked in turn
                self.client.get("/orders")
            self._forget()
            answer = ask()
            if self.bad.heard:
                break
        return answer

    def _warm_up(self) -> None:
        self._forget()
        self.bad.hangs_up = False
        eventually(lambda: _both_are_asked(self), 10, "both instances have been asked")
        self.bad.hangs_up = True

    def _forget(self) -> None:
        self.bad.heard.clear()
        self.good.heard.clear()


@pytest.fixture(params=FRONTS)
def stage(request: pytest.FixtureRequest, project: Path, tmp_path: Path) -> Iterator[Stage]:
    front: Front = request.param
    with instances(2) as (bad, good):
        bad.hangs_up = True
        ports = {name: [bad.server_port, good.server_port] for name in PROCESSES}
        with front(project, ports, tmp_path) as url, httpx.Client(base_url=url, trust_env=False) as client:
            stage = Stage(client, bad, good)
            eventually(lambda: _both_are_asked(stage), 10, "both instances are known to be ready")
            yield stage


def _both_are_asked(stage: Stage) -> bool:
    stage.client.get("/orders")
    return bool(stage.bad.heard and stage.good.heard)


def test_what_only_reads_is_asked_of_another_instance(stage: Stage) -> None:
    answer = stage.ask_the_bad_one(lambda: stage.client.get("/orders"))

    assert answer.status_code == 200


@every_connection
@pytest.mark.parametrize("size", [0, 10, 60_000])
def test_a_post_without_a_key_is_never_executed_twice(stage: Stage, size: int, warm: bool) -> None:
    answer = stage.ask_the_bad_one(lambda: stage.client.post("/orders", content=size * b"x"), warm)

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
    assert TOLD.items() <= dict(answer.headers).items()


@every_connection
@pytest.mark.parametrize("path", ["/users", "/login", "/orders/some-id"])
@pytest.mark.parametrize("size", [0, 10])
def test_a_post_with_a_key_that_nobody_knows_is_never_executed_twice(
    stage: Stage, path: str, size: int, warm: bool
) -> None:
    headers = {"Idempotency-Key": "a", "X-Idempotency-Key": "a"}

    def post() -> httpx.Response:
        return stage.client.post(path, content=size * b"x", headers=headers)

    answer = stage.ask_the_bad_one(post, warm)

    assert answer.status_code == 502
    assert stage.heard == [("POST", size)]


@every_connection
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_changes_something_is_never_executed_twice_whatever_key_it_has(
    stage: Stage, method: str, warm: bool
) -> None:
    headers = {"Idempotency-Key": "a", "X-Idempotency-Key": "a"}

    answer = stage.ask_the_bad_one(lambda: stage.client.request(method, "/orders", headers=headers), warm)

    assert answer.status_code == 502
    assert stage.heard == [(method, 0)]


@pytest.mark.parametrize(
    ("ask", "status"),
    [("/orders", 502), ("/nothing", 404), ("/livez", 200), ("/openapi.json", 200)],
)
def test_what_a_gateway_answers_itself_tells_browsers_to_do_nothing_with_it(
    stage: Stage, ask: str, status: int
) -> None:
    def post() -> httpx.Response:
        return stage.client.post(ask)

    answer = stage.ask_the_bad_one(post) if status == 502 else stage.client.get(ask)

    assert answer.status_code == status
    assert {name: answer.headers.get_list(name) for name in TOLD} == {
        name: [value] for name, value in TOLD.items()
    }


@pytest.mark.parametrize("path", ["/internal/dead-letters", "/readyz", "/metrics", "/nothing"])
def test_what_is_not_for_everybody_is_not_there(stage: Stage, path: str) -> None:
    answer = stage.client.get(path)

    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_the_document_of_the_interface_is_there(stage: Stage, project: Path) -> None:
    assert stage.client.get("/openapi.json").content == (project / "docs/openapi.json").read_bytes()
