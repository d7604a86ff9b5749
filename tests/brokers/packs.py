"""Packs of others as what the suite runs against: `--packs DIR`."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from blueprint.catalog.contract import Contract, filled_in, read_contract
from blueprint.catalog.load import packs_of
from blueprint.catalog.model import Pack
from blueprint.catalog.sources import folder_source
from blueprint.runtime.ports import free_ports
from tests.brokers.servers import NO_LIMIT, Offer, Server, Unobtainable
from tests.brokers.servers.program import Program, running


class PackServer:
    def __init__(self, contract: Contract, port: int, folder: Path, program: Program) -> None:
        self._contract, self._program = contract, program
        self._values = {"port": str(port), "folder": str(folder)}

    def url(self, place: str) -> str:
        return filled_in(self._contract.url, self._values_at(place))

    def outage(self) -> AbstractContextManager[None]:
        return self._program.outage()

    def restart(self) -> None:
        self._program.restart()

    def delete(self, place: str) -> None:
        values = self._values_at(place)
        command = [filled_in(word, values) for word in self._contract.delete]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def unanswered(self) -> Mapping[str, str]:
        urls = self._contract.unanswered.items()
        return {filled_in(url, self._values): part for url, part in urls}

    def _values_at(self, place: str) -> Mapping[str, str]:
        return {**self._values, "place": place, "braced": f"{{{place}}}"}


@contextmanager
def _start(contract: Contract, folder: Path) -> Iterator[Server]:
    if shutil.which(contract.server[0]) is None:
        raise Unobtainable(f"there is no program {contract.server[0]}")
    [port] = free_ports(1)
    values = {"port": str(port), "folder": str(folder)}
    command = [filled_in(word, values) for word in contract.server]
    with running(command, port, folder) as program:
        yield PackServer(contract, port, folder, program)


def _unanswered(server: Server) -> Mapping[str, str]:
    assert isinstance(server, PackServer)
    return server.unanswered()


def offers_of(folder: Path) -> list[Offer]:
    """One for each broker among the packs in the folder. Raises PackError, NoSource."""
    return [
        _offer(pack, folder) for pack in packs_of(folder_source(str(folder), folder)) if pack.kind == "broker"
    ]


def _offer(pack: Pack, folder: Path) -> Offer:
    contract = read_contract(pack)
    return Offer(
        pack.id,
        pack.id,
        partial(_start, contract),
        contract.too_large,
        contract.bad_urls,
        _unanswered,
        {} if contract.too_large else NO_LIMIT,
        lasting=True,
        needs=(contract.server[0],),
        packs=folder,
    )
