"""`blueprint data` reads rows of both databases while no process runs, and cannot write."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.runtime.environment import process_variables
from tests.databases.places import Place

ROWS = [
    f"INSERT INTO lamps (id, created_at, name, price) VALUES ('{id}', 'now', 'lamp {id}', {id})"
    for id in range(2, 6)
]
SECRETS = [
    "CREATE TABLE api_clients (id TEXT PRIMARY KEY, api_key TEXT, options TEXT)",
    "INSERT INTO api_clients VALUES ('1', 'abc', '{\"password\": \"letters\", \"size\": 3}')",
]
WRITE = """\
import asyncio, sys
from mall.platform.adapters.databases import open_reader

async def write():
    async with open_reader(sys.argv[1], "mall") as db:
        await db.execute("INSERT INTO lamps (id, created_at, name, price) VALUES ('9', 'now', 'x', 1)")

try:
    asyncio.run(write())
except Exception as error:
    print(type(error).__name__)
else:
    print("written")
"""


@pytest.fixture
def mall(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The project with an environment, as `blueprint` finds it."""
    monkeypatch.setenv("DATABASE_URL", place.url)
    environment = Path(place.python).parents[1]
    (place.root / ".blueprint/venv").symlink_to(environment, target_is_directory=True)
    return place


def data(place: Place, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    """What `blueprint data` answers."""
    capsys.readouterr()
    assert run(["data", *words, "-C", str(place.root), "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)["data"]
    return found


def test_rows_come_in_order_page_by_page(mall: Place, capsys: pytest.CaptureFixture[str]) -> None:
    mall.started(*ROWS)

    first = data(mall, capsys, "lamps", "--columns", "id,price", "--limit", "3")
    second = data(mall, capsys, "lamps", "--columns", "id,price", "--limit", "3", "--page", "2")

    assert first["rows"] == [{"id": "1", "price": 7}, {"id": "2", "price": 2}, {"id": "3", "price": 3}]
    assert second["rows"] == [{"id": "4", "price": 4}, {"id": "5", "price": 5}]
    assert (first["next"], second["next"]) == (2, None)


def test_secrets_are_hidden_in_columns_and_in_json(mall: Place, capsys: pytest.CaptureFixture[str]) -> None:
    folder = mall.root / "src/mall/lamps/migrations"
    (folder / "0009_clients.sql").write_text(";\n".join(SECRETS) + ";\n")
    mall.started("SELECT 1")

    found = data(mall, capsys, "lamps", "api_clients")

    assert found["rows"] == [
        {"id": "1", "api_key": "(hidden)", "options": '{"password": "(hidden)", "size": 3}'}
    ]


def test_the_database_refuses_to_write(mall: Place) -> None:
    done = subprocess.run(
        [mall.python, "-c", WRITE, mall.url],
        env=process_variables(mall.root / "src"),
        cwd=mall.root,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout.strip() in ("OperationalError", "Unavailable", "ReadOnlySQLTransactionError"), (
        done.stderr
    )
    assert mall.started("SELECT count(*) AS number FROM lamps") == [[{"number": 1}]]


def test_nothing_stored_is_no_error_and_creates_nothing(
    mall: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")

    assert data(mall, capsys, "lamps")["rows"] == []
    assert not file.exists()
