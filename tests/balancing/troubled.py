"""A shop with routes that fail, and routes that are slow, behind each gateway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from tests.balancing.fronts import haproxy
from tests.support.system import System

PROCESS = "shop"
BROKEN, BROKEN_LATER = "/products/broken/now", "/products/broken/later"
WITH_KEY = "/products"
WITHOUT_KEY, WITHOUT_BODY = "/products/without/key", "/products/without/body"

_ROUTES = f"""

@router.get("{BROKEN}")
async def break_now() -> None:
    raise RuntimeError("broken")


@router.get("{BROKEN_LATER}")
async def break_later(tasks: BackgroundTasks) -> None:
    tasks.add_task(break_now)


@router.post("{WITHOUT_KEY}", status_code=201)
async def create_without_key(body: NewProduct, db: Db) -> None:
    async with db.begin() as tx:
        await products.insert(tx, Product(**body.model_dump()))
    await asyncio.sleep(SLOW if "slow" in body.name else 0)


@router.post("{WITHOUT_BODY}", status_code=201)
async def create_without_body(name: str, db: Db) -> None:
    await create_without_key(NewProduct(name=name, price=1, stock=1), db)
"""


def trouble(project: Path, slow: float) -> None:
    """Add the routes. Those that create are slow after their commit if the product is called so."""
    file = project / f"src/{PROCESS}/products/api.py"
    text = file.read_text()
    answer = "        return await _existing(tx, id)\n"
    assert text.count(answer) == 1
    later = answer.replace("return", "product =")
    later += '    await asyncio.sleep(SLOW if "slow" in body.name else 0)\n    return product\n'
    imports = "import asyncio\n\nfrom fastapi import BackgroundTasks\n"
    file.write_text(f"{imports}{text.replace(answer, later)}\nSLOW = {slow}\n{_ROUTES}")


class Front(Protocol):
    """Base URL of a gateway in front of the running system."""

    def __call__(self, system: System, scratch: Path) -> AbstractContextManager[str]: ...


@contextmanager
def caddy_of_run(system: System, _: Path) -> Iterator[str]:
    yield system.url


@contextmanager
def haproxy_by_names(system: System, scratch: Path) -> Iterator[str]:
    ports = {PROCESS: [each.port for each in system.instances(PROCESS)]}
    with haproxy(system.folder, ports, scratch) as url:
        yield url


FRONTS: dict[str, Front] = {"caddy": caddy_of_run, "haproxy": haproxy_by_names}
