"""Starts that meet: several at once, one that is killed, one beside somebody who reads for long."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from pathlib import Path

import pytest

from blueprint.runtime.environment import process_variables
from tests.databases.places import Place, written
from tests.databases.server import Postgres

SKU = ("name: str,", "name: str, sku: str?,")
SLOW = {
    "sqlite": """\
INSERT INTO lamps (id, created_at, name, price)
WITH RECURSIVE n (x) AS (SELECT 2 UNION ALL SELECT x + 1 FROM n WHERE x < 400000)
SELECT x, 'now', 'copy', 1 FROM n;
""",
    "postgresql": """\
INSERT INTO lamps (id, created_at, name, price)
SELECT x, 'now', 'copy', 1 FROM generate_series(2, 400000) AS x;
SELECT pg_sleep(1);
""",
}


def dialect(place: Place) -> str:
    return place.url.partition(":")[0]


def test_of_several_that_start_at_once_one_migrates_and_all_answer(place: Place) -> None:
    place.respecify(*SKU)

    starts = [place.begin("SELECT sku FROM lamps") for _ in range(5)]

    for start in starts:
        out, err = start.communicate(timeout=120)
        assert start.returncode == 0, err
        assert out.splitlines()[-1] == '{"answers": [[{"sku": null}]]}'
    [ran] = place.started("SELECT stem FROM _migrations WHERE stem LIKE '%sku%'")
    assert len(ran) == 1


def test_a_start_that_looked_too_early_sees_what_another_has_created_since(
    server: Postgres, python: str, tmp_path: Path
) -> None:
    root = written(tmp_path / "mall")

    done = subprocess.run(
        [python, "-P", str(Path(__file__).with_name("meanwhile.py")), "mall", server.new_database()],
        env=process_variables(root / "src"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout.splitlines()[-1])
    assert before == 0
    assert after > 0


@pytest.mark.parametrize("after", [0.3, 0.6, 0.9, 1.2, 1.6])
def test_what_a_killed_start_had_begun_is_done_once(place: Place, after: float) -> None:
    slow = place.root / f"src/mall/lamps/migrations/0002_copies.{dialect(place)}.sql"
    slow.write_text(f"ALTER TABLE lamps ADD COLUMN half TEXT;\n{SLOW[dialect(place)]}")
    start = place.begin()
    time.sleep(after)
    start.kill()
    start.communicate()

    counted = place.started("SELECT count(*) AS count, count(half) AS half FROM lamps")

    assert counted == [[{"count": 400000, "half": 0}]]
    [ran] = place.started("SELECT stem FROM _migrations WHERE stem LIKE '%copies%'")
    assert len(ran) == 1


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_nobody_waits_long_behind_a_migration_that_waits_for_somebody_who_reads(
    place: Place, server: Postgres
) -> None:
    place.respecify(*SKU)
    seconds = 8
    reader = threading.Thread(
        target=server.ask,
        args=(place.url, f"BEGIN; SELECT * FROM mall.lamps; SELECT pg_sleep({seconds}); COMMIT"),
    )
    reader.start()
    time.sleep(0.5)
    start = place.begin()
    waited = []
    while reader.is_alive():
        begun = time.monotonic()
        server.ask(place.url, "SELECT count(*) FROM mall.lamps")
        waited.append(time.monotonic() - begun)
        time.sleep(0.1)
    out, err = start.communicate(timeout=120)

    assert start.returncode == 0, err
    assert "migration is waiting" in out
    assert max(waited) < seconds / 2
    assert place.columns() == ["created_at", "id", "name", "price", "sku"]


def test_a_release_that_starts_while_the_next_one_migrates_is_not_stopped(
    place: Place, tmp_path: Path
) -> None:
    place.commit()
    place.git("worktree", "add", "-q", str(tmp_path / "old"), "HEAD")
    old = Place(tmp_path / "old", place.url, place.python)
    place.respecify(*SKU)

    new, again = place.begin(), old.begin("SELECT name FROM lamps")

    for start in (new, again):
        _, err = start.communicate(timeout=120)
        assert start.returncode == 0, err
    assert old.started("SELECT name FROM lamps") == [[{"name": "Ada"}]]
