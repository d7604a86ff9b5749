"""SIGTERM: a process finishes what it has begun before it goes."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Event

import httpx
import pytest

from tests.contract.invariants import Witness, assert_all_holds_at_rest
from tests.contract.problems import assert_problem
from tests.support.shop import Order, Shop
from tests.support.system import Service, System

PARTS = ["users", "products", "orders", "payments"]
HEAD_END = b"\r\n\r\n"


class HalfSent:
    """A request whose head the service has read, and whose body it has begun to wait for."""

    def __init__(self, service: Service, path: str, body: bytes) -> None:
        self._body = body
        self._connection = HTTPConnection(httpx.URL(service.url).host, service.port, timeout=20)
        self._connection.putrequest("POST", path)
        self._connection.putheader("Content-Type", "application/json")
        self._connection.putheader("Content-Length", str(len(body)))
        self._connection.putheader("Expect", "100-continue")
        self._connection.endheaders()
        told = b""
        while not told.endswith(HEAD_END):
            told += self._connection.sock.recv(1)
        assert told.startswith(b"HTTP/1.1 100 "), told

    def finish(self) -> int:
        """Sends the body; returns the status of the answer."""
        self._connection.send(self._body)
        answer = self._connection.getresponse()
        answer.read()
        self._connection.close()
        return answer.status


def test_a_request_in_flight_is_not_cut_off(system: System, shop: Shop) -> None:
    service = system.part("users")
    request = HalfSent(service, "/users", json.dumps(shop.user_form()).encode())

    old = system.kill(service.name, signal.SIGTERM)
    system.wait_not_ready(service.name)

    assert request.finish() == 201
    system.wait_replaced(service.name, old)


def test_many_requests_in_flight_are_not_cut_off(system: System, shop: Shop) -> None:
    service = system.part("users")
    requests = [HalfSent(service, "/users", json.dumps(shop.user_form()).encode()) for _ in range(10)]

    old = system.kill(service.name, signal.SIGTERM)
    system.wait_not_ready(service.name)
    with ThreadPoolExecutor(len(requests)) as pool:
        answers = list(pool.map(HalfSent.finish, requests))

    assert answers == 10 * [201]
    system.wait_replaced(service.name, old)


@pytest.mark.parametrize("part", PARTS)
def test_clients_of_a_process_that_is_replaced_get_an_answer_each(
    system: System, seller: Shop, part: str
) -> None:
    service, replaced = system.part(part), Event()
    product = seller.product()
    requests: list[Callable[[], httpx.Response]] = [
        lambda: seller.get(f"/products/{product.id}"),
        lambda: seller.get("/users/me"),
        lambda: seller.get("/orders"),
        lambda: seller.get("/payments", order_id="some-id"),
    ]

    def use(number: int) -> None:
        while not replaced.is_set():
            answer = requests[number]()
            if answer.status_code != 200:
                assert_problem(answer, 502, 503)

    with ThreadPoolExecutor(len(requests)) as pool:
        clients = [pool.submit(use, number) for number in range(len(requests))]
        try:
            system.wait_replaced(service.name, system.kill(service.name, signal.SIGTERM))
        finally:
            replaced.set()
    for client in clients:
        client.result()


def test_no_order_is_left_half_done_by_processes_that_are_replaced(
    system: System, seller: Shop, shop: Shop
) -> None:
    product, buyer = seller.product(stock=1000), shop.register()
    placed: list[Order] = []

    for service in system.workers:
        placed += [
            buyer.order((product, 1), card=card) for card in 5 * ["card", "card_slow", "card_declined"]
        ]
        system.wait_replaced(service.name, system.kill(service.name, signal.SIGTERM))

    assert_all_holds_at_rest(system, Witness([buyer], [product], placed))
