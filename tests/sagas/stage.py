"""A running shop in which things go wrong, and the clients that use it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import copy_of
from tests.contract.invariants import Witness, assert_all_holds_at_rest
from tests.support.shop import Order, Product, Shop, open_shop, read
from tests.support.system import System, eventually

ANSWER_SECONDS = 60.0


@dataclass(slots=True)
class Stage:
    system: System
    buyer: Shop
    products: list[Product]
    placed: list[Order] = field(default_factory=list)

    def order(self, card: str = "card", buyer: Shop | None = None, *lines: tuple[Product, int]) -> Order:
        """Place an order, under one key again and again until it is taken."""
        lines = lines or ((self.products[0], 1),)
        order = (buyer or self.buyer).order_until_answered(*lines, card=card)
        self.placed.append(order)
        return order

    def end_of(self, order: Order, within: float = ANSWER_SECONDS) -> Order:
        """The order when it is confirmed or cancelled, however often the question fails."""

        def decided() -> Order | None:
            try:
                answer = self.buyer.get(f"/orders/{order.id}")
            except httpx.TransportError:
                return None
            seen = read(Order, answer.json()) if answer.status_code == 200 else None
            return seen if seen and seen.is_final else None

        # Where `run` is stopped nobody takes the logs of the processes: few questions, few lines.
        return eventually(decided, within, f"order {order.id} is decided", every=0.25)

    def check(self, *buyers: Shop) -> None:
        """All that must hold holds when the shop has come to rest, with all its processes."""
        for service in self.system.services:
            self.system.wait_ready(service)
        assert_all_holds_at_rest(self.system, Witness(buyers or [self.buyer], self.products, self.placed))

    def ask(self, process: str, call: Mapping[str, Any]) -> dict[str, Any]:
        """What a service answers to another one that asks for this action."""
        url = f"{self.system.services[process].url}/internal/actions/{call['action']}"
        answer = httpx.post(url, json=call, timeout=20, trust_env=False)
        assert answer.status_code == 200, answer.text
        outcome: dict[str, Any] = answer.json()
        return outcome


@contextmanager
def staged(
    project: Path, scratch: Path, *flags: str, variables: Mapping[str, str] | None = None
) -> Iterator[Stage]:
    """A copy of the project, running, with a user and products."""
    copy_of(project, scratch / "shop")
    running = System(scratch / "shop", scratch / "run.log", *flags, variables=variables)
    with running as system, open_shop(system.url) as shop:
        buyer = shop.register()
        offers = ((5, 10_000), (999, 300), (300_000, 90))
        yield Stage(system, buyer, [buyer.product(price, stock) for price, stock in offers])
