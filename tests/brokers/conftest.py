"""A broker for each test: every adapter that there is, on every server that there is for it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import cast

import pytest

from tests.brokers.generated import Office, make_office
from tests.brokers.member import Member
from tests.brokers.packs import PackServer, offers_of
from tests.brokers.servers import LastingServer, Offer, Server, Unobtainable, all_offers
from tests.brokers.service import Service

PROGRAMS = Path(__file__).parent / "programs"
EXAMPLE = Path(__file__).parents[2] / "examples/packs/redis-streams"
SERVICES = ("test_services", "test_shop")
"""Modules about services, which work on top of the adapter."""
EMBEDDED = "embedded"
"""Every project has it, and is checked elsewhere."""


@dataclass(frozen=True, slots=True)
class Place:
    """A broker, as far as one test sees it."""

    url: str
    name: str
    office: Office
    server: Server
    offer: Offer
    member: Callable[..., Member]
    """A new process with the adapter, a member of the first of these groups; without any, of `clerks`."""
    service: Callable[..., Service]
    """A service of the project, not started yet; by name, and by the URL of its broker if not this one."""

    @property
    def too_large(self) -> int:
        assert self.offer.too_large
        return self.offer.too_large

    def restart_server(self) -> None:
        """What is on its disk is all that it has afterwards."""
        cast(LastingServer, self.server).restart()

    def delete_topic(self) -> None:
        """As an administrator does, with all that the broker has of it."""
        if isinstance(self.server, PackServer):
            self.server.delete(self.name)
            return
        program = PROGRAMS / f"delete_{self.offer.broker}.py"
        command = [self.office.python, "-P", str(program), self.url]
        subprocess.run(command, env=self.office.environment, check=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--packs", metavar="DIR", help="take the brokers of the packs in this folder")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    packs = metafunc.config.getoption("packs", default=None)
    known = offers_of(Path(packs)) if packs else [*all_offers(), *offers_of(EXAMPLE)]
    if "offer" in metafunc.fixturenames:
        name = metafunc.function.__name__
        offers = [offer for offer in known if name not in offer.exempt]
        if "restart" in name:
            offers = [offer for offer in offers if offer.lasting]
        cases = [
            pytest.param(offer, id=offer.id, marks=[*_marks(offer, offers, metafunc)]) for offer in offers
        ]
        metafunc.parametrize("offer", cases, scope="session")
    if "broker" in metafunc.fixturenames:
        brokers = {offer.broker: offer for offer in known if offer.broker != EMBEDDED}
        metafunc.parametrize("broker", brokers.values(), ids=brokers, scope="session")


def _marks(offer: Offer, others: list[Offer], metafunc: pytest.Metafunc) -> Iterator[pytest.MarkDecorator]:
    """Delivery is tested on every server of a broker, the services above it on one."""
    if offer.needs:
        yield pytest.mark.needs(*offer.needs)
    closer = any(other.broker == offer.broker and not other.second for other in others)
    if offer.second and closer and metafunc.module.__name__.endswith(SERVICES):
        yield pytest.mark.exhaustive


@pytest.fixture(scope="session")
def office(offer: Offer, tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(offer.broker, tmp_path_factory.mktemp(offer.broker) / "office", offer.packs)


@pytest.fixture(scope="session")
def server(
    offer: Offer, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            running = stack.enter_context(offer.start(tmp_path_factory.mktemp(offer.id)))
        except Unobtainable as reason:
            if pytestconfig.getoption("packs", default=None):  # there, to skip all would be to pass
                pytest.fail(f"{offer.id}: {reason}")
            pytest.skip(f"{offer.id}: {reason}")
        yield running


@pytest.fixture
def place(offer: Offer, office: Office, server: Server, tmp_path: Path) -> Iterator[Place]:
    name = f"t{token_hex(4)}"
    url = server.url(name)
    with ExitStack() as stack:

        def member(*groups: str) -> Member:
            new = Member(
                office.python, office.environment, url, groups or ("clerks",), tmp_path / "members.log"
            )
            return stack.enter_context(closing(new))

        def service(name: str, broker: str = url) -> Service:
            new = Service(office, name, broker, tmp_path / token_hex(4))
            stack.callback(new.kill)
            return new

        yield Place(url, name, office, server, offer, member, service)
