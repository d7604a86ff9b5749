"""Where DNS says that the instances of a service are."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from acme.platform.adapters import dns_addresses
from acme.platform.adapters.discoveries import open_discovery
from acme.platform.workflows.tasks import Unavailable


class Resolver:
    """Answers with the hosts that it is given, or not at all."""

    def __init__(self) -> None:
        self.hosts: Sequence[str] = ()
        self.asked: list[tuple[str, int]] = []

    async def getaddrinfo(self, name: str, port: int, **_: object) -> list[tuple[object, ...]]:
        self.asked.append((name, port))
        if not self.hosts:
            raise socket.gaierror("Name or service not known")
        return [(0, 0, 0, "", (host, port)) for host in self.hosts]


@pytest.fixture
async def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    resolver = Resolver()
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolver.getaddrinfo, raising=False)
    return resolver


@pytest.mark.parametrize(
    ("url", "name"),
    [("dns://:8000", "order-items"), ("dns://shop.internal:8000", "order-items.shop.internal")],
)
async def test_every_address_of_the_name_is_an_instance(resolver: Resolver, url: str, name: str) -> None:
    resolver.hosts = ["10.0.0.1", "10.0.0.2", "fd00::3"]
    found = await open_discovery(url, "users").addresses("order_items")

    assert found == ["http://10.0.0.1:8000", "http://10.0.0.2:8000", "http://[fd00::3]:8000"]
    assert resolver.asked == [(name, 8000)]


async def test_an_answer_is_good_for_a_while(resolver: Resolver) -> None:
    resolver.hosts = ["10.0.0.1"]
    discovery = open_discovery("dns://:8000", "users")
    for _ in range(3):
        await discovery.addresses("orders")

    assert len(resolver.asked) == 1


async def test_while_dns_is_silent_the_last_answer_holds(
    resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dns_addresses, "FRESH", 0.0)
    discovery = open_discovery("dns://:8000", "users")
    with pytest.raises(Unavailable, match="DNS has no address for orders"):
        await discovery.addresses("orders")

    resolver.hosts = ["10.0.0.1"]
    assert await discovery.addresses("orders") == ["http://10.0.0.1:8000"]
    resolver.hosts = []
    assert await discovery.addresses("orders") == ["http://10.0.0.1:8000"]
    resolver.hosts = ["10.0.0.2"]
    assert await discovery.addresses("orders") == ["http://10.0.0.2:8000"]


def test_an_url_without_a_port_is_refused_with_the_way_to_write_it() -> None:
    with pytest.raises(SystemExit, match="has no port: write it as dns://:8000"):
        open_discovery("dns://shop.internal", "users")
