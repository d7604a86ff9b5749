"""A route that fails takes nobody else's request with it, and one that is slow is not executed twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.balancing.troubled import (
    BROKEN,
    BROKEN_LATER,
    FRONTS,
    PROCESS,
    WITH_KEY,
    WITHOUT_BODY,
    WITHOUT_KEY,
    trouble,
)
from tests.support.project import shop_in
from tests.support.shop import Shop, open_shop, unique
from tests.support.system import System, eventually

SLOW = 1.5
POSTS = 400
REQUESTS = 6


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = shop_in(tmp_path_factory.mktemp("troubled") / "shop", "monolith")
    trouble(folder, SLOW)
    with System(folder, folder.with_name("run.log"), "--instances", f"{PROCESS}=2") as system:
        yield system


@pytest.fixture(scope="module", params=["caddy", pytest.param("haproxy", marks=pytest.mark.needs("haproxy"))])
def shop(
    request: pytest.FixtureRequest, troubled: System, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    front = FRONTS[request.param]
    with front(troubled, tmp_path_factory.mktemp("front")) as url, open_shop(url) as shop:
        eventually(lambda: shop.get("/products").is_success, 30, "the gateway knows the instances")
        yield shop.register()


def test_a_route_that_fails_costs_no_other_client_an_answer(shop: Shop) -> None:
    """No pause between the requests: each one goes over a connection that a failure may just have ended."""
    form = {"name": "Kettle", "price": 1, "stock": 1}
    failed, ended = Counter[int](), threading.Event()

    def fail() -> None:
        while not ended.is_set():
            failed[shop.get(BROKEN).status_code] += 1
            failed[shop.get(BROKEN_LATER).status_code] += 1

    clients = [threading.Thread(target=fail) for _ in range(2)]
    for client in clients:
        client.start()
    try:
        with open_shop(str(shop.http.base_url)) as other:
            buyer = other.with_token(shop.token)
            answers = Counter(buyer.post("/products", form).status_code for _ in range(POSTS))
    finally:
        ended.set()
        for client in clients:
            client.join()

    assert failed.keys() == {200, 500}
    assert failed.total() > POSTS / 10
    assert answers == {201: POSTS}


@pytest.mark.parametrize(
    ("path", "key", "is_tried_again"),
    [
        (WITH_KEY, True, True),
        (WITH_KEY, False, False),
        (WITHOUT_KEY, True, False),
        (WITHOUT_KEY, False, False),
        (WITHOUT_BODY, True, False),
    ],
    ids=["with a key", "no key", "no key is known", "neither", "no body"],
)
def test_what_is_slow_after_its_commit_is_done_once(
    shop: Shop, troubled: System, path: str, key: bool, is_tried_again: bool
) -> None:
    """Both processes die while requests wait for their answers, on connections that were used before.

    One follows the other if requests are tried again, so that one of them always runs.
    """
    names = [f"slow {unique()}" for _ in range(REQUESTS)]

    def create(name: str) -> int:
        headers = {"Idempotency-Key": unique()} if key else {}
        if path == WITHOUT_BODY:
            return shop.request("POST", path, params={"name": name}, headers=headers).status_code
        return shop.post(path, {"name": name, "price": 1, "stock": 1}, headers).status_code

    with ThreadPoolExecutor(REQUESTS) as clients:
        assert set(clients.map(create, [unique() for _ in range(4 * REQUESTS)])) == {201}
        answers = clients.map(create, names)
        eventually(lambda: set(names) <= _names(shop).keys(), 10, "all are stored")
        killed = {}
        for instance in troubled.instances(PROCESS):
            killed[instance.name] = troubled.kill(instance.name)
            if is_tried_again:
                troubled.wait_replaced(instance.name, killed[instance.name])
        for name, old in killed.items():
            troubled.wait_replaced(name, old)
        statuses = set(answers)

    eventually(lambda: shop.get("/products").is_success, 30, "the gateway knows the new processes")
    known = _names(shop)
    assert [known[name] for name in names] == [1] * REQUESTS
    assert statuses <= {201, 502, 503}  # 503 where the gateway knows by then that both are gone
    assert (201 in statuses) is is_tried_again


def _names(shop: Shop) -> Counter[str]:
    return Counter(item["name"] for item in shop.everything("/products"))
