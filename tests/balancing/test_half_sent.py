"""A request that does not come to its end holds up nobody, and not for long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.balancing.half_sent import HABITS, borne
from tests.balancing.troubled import FRONTS, PROCESS
from tests.support.project import shop_in
from tests.support.system import System, eventually

DOCUMENTED, LATE = 30.0, 5.0
"""Seconds after which it is over, and what a busy machine may add."""
EACH = 10


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where a shop can be reached: through each gateway, and directly."""
    folder = shop_in(tmp_path_factory.mktemp("half-sent") / "shop", "monolith")
    with System(folder, folder.with_name("run.log")) as running, ExitStack() as fronts:
        urls = {"process": running.services[PROCESS].url}
        for name, front in FRONTS.items():
            scratch: Path = tmp_path_factory.mktemp(name)
            urls[name] = fronts.enter_context(front(running, scratch))
        eventually(lambda: all(map(_answers, urls.values())), 30, "the shop answers everywhere")
        yield urls


def _answers(url: str) -> bool:
    return httpx.get(f"{url}/products", trust_env=False).is_success


@pytest.mark.long
@pytest.mark.needs("haproxy")
def test_all_that_is_half_sent_is_cut_off_while_others_are_served(urls: dict[str, str]) -> None:
    statuses, seconds = asyncio.run(_stand(urls))

    assert {key: longest for key, longest in seconds.items() if longest > DOCUMENTED + LATE} == {}
    assert set(statuses) == {200}


async def _stand(urls: dict[str, str]) -> tuple[list[int], dict[tuple[str, str], float]]:
    """What others were answered meanwhile, and how long each habit was borne."""
    kinds = [(front, habit) for front in urls for habit in HABITS for _ in range(EACH)]
    within = DOCUMENTED + 2 * LATE
    waiting = asyncio.gather(
        *(borne(httpx.URL(urls[front]).port or 80, HABITS[habit], within) for front, habit in kinds)
    )
    statuses: list[int] = []
    async with httpx.AsyncClient(timeout=5, trust_env=False) as others:
        while not waiting.done():
            await asyncio.sleep(1)
            statuses += [(await others.get(f"{url}/products")).status_code for url in urls.values()]
    seconds: dict[tuple[str, str], float] = {}
    for key, one in zip(kinds, await waiting, strict=True):
        seconds[key] = max(one, seconds.get(key, 0.0))
    return statuses, seconds
