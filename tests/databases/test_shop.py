"""The shop runs on PostgreSQL, and a caller cannot tell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PATTERNS
from tests.databases.conftest import write_shop
from tests.databases.server import Postgres

CONTRACT = Path(__file__).parents[1] / "contract"
SAMPLE = ("test_checkout.py", "test_idempotency.py", "test_errors.py")
SECONDS = 1500


def check_contract(shop: Path, url: str, kills: int, *parts: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0"]
    done = subprocess.run(
        [*command, *map(str, parts), f"--project={shop}"],
        env={**environment, "DATABASE_URL": url, "KILLS": str(kills)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )

    assert done.returncode == 0, done.stdout[-6000:]


@pytest.mark.timeout(SECONDS + 30)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_shop_keeps_its_contract(server: Postgres, tmp_path: Path, pattern: str) -> None:
    url = server.new_database()
    check_contract(write_shop(pattern, tmp_path / "shop"), url, 0, *(CONTRACT / name for name in SAMPLE))

    [schema] = server.ask(url, "SELECT schemaname FROM pg_tables WHERE tablename = 'orders'")
    assert server.ask(url, f"SELECT count(*) > 0 FROM {schema}.orders") == ["t"]


@pytest.mark.thorough
@pytest.mark.timeout(SECONDS + 30)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_shop_keeps_all_of_its_contract(server: Postgres, tmp_path: Path, pattern: str) -> None:
    check_contract(write_shop(pattern, tmp_path / "shop"), server.new_database(), 20, CONTRACT)


def test_the_domain_is_the_same_for_both_databases(tmp_path: Path) -> None:
    for pattern in PATTERNS:
        shop = write_shop(pattern, tmp_path / pattern)
        golden = Path(__file__).parents[1] / "goldens" / f"e-commerce-{pattern}"
        for file in golden.glob("src/shop/*/*.py"):
            if "entrypoints" not in file.parts and "platform" not in file.parts:
                assert (shop / file.relative_to(golden)).read_bytes() == file.read_bytes(), file
