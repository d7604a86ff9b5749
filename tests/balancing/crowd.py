"""Clients that use the shop without a pause, and count what goes wrong."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from tests.support.shop import Product, Shop, order_form, unique
from tests.support.system import eventually

CLIENTS = 8


@dataclass(slots=True)
class Crowd:
    """What its clients have seen: how often each status, and what failed."""

    answers: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def see_more(self, requests: int = 200) -> None:
        """Return when there are so many answers more."""
        wanted = self.answers.total() + requests
        eventually(lambda: self.answers.total() >= wanted, 60, f"{requests} answers more")

    def note(self, answer: httpx.Response) -> None:
        self.answers[answer.status_code] += 1
        self.slowest = max(self.slowest, answer.elapsed.total_seconds())
        if answer.status_code >= 400:
            self.failures.append(f"{answer.request.method} {answer.request.url}: {answer.status_code}")


@contextmanager
def shopping(buyer: Shop, product: Product) -> Iterator[Crowd]:
    """Inside, clients read and place orders, with keys and without, over kept connections; one logs in."""
    crowd, closed = Crowd(), threading.Event()
    order = buyer.order((product, 1))

    def use(logs_in: bool) -> None:
        requests: list[Callable[[], httpx.Response]] = [
            lambda: buyer.get(f"/orders/{order.id}"),
            lambda: buyer.post("/orders", order_form((product, 1))),
            lambda: buyer.try_order((product, 1), key=unique()),
            lambda: buyer.get("/products", limit=1),
        ]
        if logs_in:  # which is a lot of work, so only one does
            requests.append(lambda: buyer.try_login(buyer.form))
        while not closed.is_set():
            for request in requests:
                try:
                    crowd.note(request())
                except httpx.TransportError as error:
                    crowd.failures.append(repr(error))

    clients = [threading.Thread(target=use, args=(number == 0,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield crowd
    finally:
        closed.set()
        for client in clients:
            client.join()
