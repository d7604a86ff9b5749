"""A shop in each pattern whose clock is set while it works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clocks.machines import Machine, machine
from tests.conftest import PATTERNS, copy_of
from tests.sagas.stage import Stage, staged
from tests.support.project import shop_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(f"clocks {item.callspec.params['shop']}"))  # type: ignore[attr-defined]


@pytest.fixture(scope="session", params=PATTERNS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that is never started: tests take copies."""
    return shop_in(tmp_path_factory.mktemp("project") / "shop", request.param)


@pytest.fixture(scope="module")
def one_clock(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine(shop, tmp_path_factory.mktemp("one-clock")) as running:
        yield running


@pytest.fixture
def slow_bank(shop: Path, tmp_path: Path) -> Iterator[Stage]:
    """A running shop whose bank takes longer than others need to look for work, where it is slow."""
    copy_of(shop, tmp_path / "slow")
    [provider] = (tmp_path / "slow" / "src").glob("*/payments/provider.py")
    text = provider.read_text()
    assert "asyncio.sleep(1)" in text
    provider.write_text(text.replace("asyncio.sleep(1)", "asyncio.sleep(2.5)"))
    with staged(tmp_path / "slow", tmp_path) as running:
        yield running
