"""A DATABASE_URL that is wrong is told in words that say what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.databases.conftest import shop_in
from tests.databases.server import IN_A_URL, Postgres
from tests.generated.workshop import Workshop

SECONDS = 120
AT_ONCE_SECONDS = 5.0


@pytest.fixture(scope="module")
def shop(workshop: Workshop) -> Path:
    return workshop.startable(shop_in("monolith"))


def lines_of_a_run(shop: Path, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "blueprint", "run", str(shop)],
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_url_of_another_form_ends_the_run_with_the_form(shop: Path) -> None:
    with lines_of_a_run(shop, "postgresql://localhost:port/shop") as run:
        said = run.communicate(timeout=SECONDS)[0]

    assert run.returncode == 6
    assert "DATABASE_URL must have the form postgresql://user:password@host:5432/database" in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((IN_A_URL, "wrong"), "check user and password in DATABASE_URL"),
        (("/test_", "/missing_"), "create it, or use another one in DATABASE_URL"),
        (("@127.0.0.1:", "@127.0.0.2:"), "no connection to the database at 127.0.0.2:"),
    ],
    ids=["password", "database", "host"],
)
def test_what_may_be_put_right_meanwhile_is_told_in_a_line(
    shop: Path, server: Postgres, change: tuple[str, str], told: str
) -> None:
    with lines_of_a_run(shop, server.new_database().replace(*change)) as run:
        assert run.stdout
        line = next(line for line in run.stdout if "waiting for the database" in line)
        run.terminate()
        told_to_end = time.monotonic()
        rest = run.stdout.read()
        took = time.monotonic() - told_to_end

    assert told in line
    assert IN_A_URL not in line + rest
    assert took < AT_ONCE_SECONDS
