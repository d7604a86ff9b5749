"""`python -m tests.benchmarks.serving`: how many reads a second the shop answers, and the memory it takes.

The process that answers has a processor for itself. Gateway, log and client share the other one.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from blueprint.knowledge.results import Series
from blueprint.runtime.ports import free_ports
from blueprint.runtime.readiness import is_ready
from tests.benchmarks.load import (
    CLIENTS,
    SECONDS,
    SERVERS,
    parent,
    pin,
    processor_seconds,
    requests_per_second,
    resident,
    write_paths,
)
from tests.benchmarks.recording import recording, series
from tests.benchmarks.rounds import Measurements, in_turns, ratio
from tests.benchmarks.tables import machine, show, table
from tests.benchmarks.tools import PATTERNS, new_shop
from tests.support.shop import open_shop
from tests.support.system import GATEWAY, START_SECONDS, System, eventually

ROUNDS = 7
PRODUCTS = 200
ORDERS = 20
BARE, FIXED = "a bare FastAPI route", "a route without a database"
DIRECT, BEHIND = "a product from SQLite", "a product from SQLite, through the gateway"
SERIES = {BARE: "bare", FIXED: "fixed", DIRECT: "sqlite", BEHIND: "gateway"}
CONDITIONS = (
    "GET /products/{id} of the e-commerce preset for 200 products in SQLite in turn, 32 connections in a "
    "closed loop for 3 seconds; the process that answers has one core, the gateway, its log and the client "
    "share the other; processor time is that of the process that answers, which on a busy machine says more "
    f"than the clock; memory is resident, after the reads and {ORDERS} orders"
)

_FIXED_ROUTE = """

FIXED = Product(name="Kettle", price=500, stock=100)


@router.get("/products/{id}/fixed")
async def show_fixed(id: str) -> Product:
    return FIXED
"""


def main() -> None:
    sys.stdout.write(machine())
    with recording("serving", CONDITIONS) as found:
        for pattern in PATTERNS:
            with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
                found.update(_of_pattern(pattern, Path(name)))


def _of_pattern(pattern: str, folder: Path) -> dict[str, Series]:
    project = folder / "shop"
    new_shop([sys.executable, "-m", "blueprint"], "shop", pattern, project, os.environ)
    with (project / "src/shop/products/api.py").open("a") as api:
        api.write(_FIXED_ROUTE)
    with System(project, folder / "log") as system:
        ids = _shop(system)
        rates, by_processor = _reads(system, ids)
        show(f"{pattern}: reads a second", _speed(rates))
        show(f"{pattern}: reads a second of processor time", _speed(by_processor))
        memory = _memory(system)
        show(f"{pattern}: memory after that", _memory_table(memory))
    named = {SERIES[name]: found for name, found in rates.items()}
    timed = {f"{SERIES[name]}-by-processor": found for name, found in by_processor.items()}
    resident_memory = {f"memory/{process}": [size] for process, size in memory.items()}
    return {
        **series("requests/s", named, f"{pattern}/"),
        **series("requests/processor-second", timed, f"{pattern}/"),
        **series("MiB", resident_memory, f"{pattern}/"),
    }


def _shop(system: System) -> list[str]:
    """Add products, buy some, and return all ids."""
    with open_shop(system.url) as shop:
        ada = shop.register()
        products = [ada.product() for _ in range(PRODUCTS)]
        for product in products[:ORDERS]:
            ada.buy((product, 1))
    return [product.id for product in products]


def _reads(system: System, ids: Iterable[str]) -> tuple[Measurements, Measurements]:
    """Requests per second, and requests per second of processor time of the process that answers."""
    folder, direct = system.folder.parent, system.part("products").url
    products = write_paths(folder / "products.lua", [f"/products/{id}" for id in ids])
    fixed = write_paths(folder / "fixed.lua", [f"/products/{id}/fixed" for id in ids])
    worker = system.pid_of(system.part("products").name)
    by_processor: dict[str, list[float]] = {}

    def reads(name: str, pid: int, base: str, paths: Path) -> float:
        before = processor_seconds(pid)
        rate = requests_per_second(base, paths)
        by_processor.setdefault(name, []).append(rate * SECONDS / (processor_seconds(pid) - before))
        return rate

    with _bare_app(system.folder / ".blueprint/venv/bin/python") as (bare, bare_pid):
        _pin_all(system)
        contestants = {
            BARE: partial(reads, BARE, bare_pid, bare, products),
            FIXED: partial(reads, FIXED, worker, direct, fixed),
            DIRECT: partial(reads, DIRECT, worker, direct, products),
            BEHIND: partial(reads, BEHIND, worker, system.url, products),
        }
        rates = in_turns(contestants, ROUNDS)
    return rates, {name: found[-ROUNDS:] for name, found in by_processor.items()}


@contextmanager
def _bare_app(python: Path) -> Iterator[tuple[str, int]]:
    """Runs with the packages of the project; gives the base URL and the process."""
    (port,) = free_ports(1)
    options = ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    command = [
        str(python),
        "-m",
        "uvicorn",
        "bare_app:app",
        "--app-dir",
        str(Path(__file__).parent),
        *options,
    ]
    with subprocess.Popen(command) as process:
        try:
            eventually(lambda: asyncio.run(is_ready(port, "/products/1")), START_SECONDS, "the bare app")
            pin(process.pid, SERVERS)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


def _pin_all(system: System) -> None:
    for service in system.workers:
        pin(system.pid_of(service.name), SERVERS)
    gateway = system.pid_of(GATEWAY)
    pin(gateway, CLIENTS)
    pin(parent(gateway), CLIENTS)


def _speed(reads: Measurements) -> str:
    rows = (
        [
            name,
            f"{median(rates):.0f}",
            f"{min(rates):.0f} to {max(rates):.0f}",
            f"{ratio(reads, name, to=BARE):.2f}",
            f"{ratio(reads, name, to=FIXED):.2f}",
        ]
        for name, rates in reads.items()
    )
    return table(["what", "median", "range", "of the bare route", "of the route without a database"], rows)


def _memory(system: System) -> dict[str, float]:
    """MiB of each process, and of `all`."""
    pids = {service: system.pid_of(service) for service in system.services}
    found = {service: resident(pid) for service, pid in pids.items()}
    found["blueprint run"] = resident(parent(pids[GATEWAY]))
    found["all"] = sum(found.values())
    return found


def _memory_table(found: Mapping[str, float]) -> str:
    return table(["process", "MiB resident"], ([name, f"{size:.0f}"] for name, size in found.items()))


if __name__ == "__main__":
    main()
