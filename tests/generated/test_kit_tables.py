"""The kit's own tables have names that no service can have, and what stood under the old names is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.model import Pack

PLATFORM = "platform/migrations/"
BEFORE = ("0001_messaging.sql", "0002_outbox.sql")
ROWS = {
    "action_outcomes": "('flow/1', 'orders.confirm', '{}', 1.5)",
    "idempotency_keys": "('anyone', 'POST /orders', 'k', 'f', 'order-1', 99.5)",
    "tasks": "(7, 'a', 'run workflow', 'k', '{}', '', 'waiting', 0, 0.0, 0.0, NULL, NULL, NULL, NULL)",
    "outbox": "(3, '{}')",
    "leases": "('outbox', 'me', 1.5)",
}


def migrations(*packs: str) -> dict[str, str]:
    """The kit's own, by name, in the order in which they are applied."""
    found = [file for pack in load_catalog().packs if pack.id in packs for file in _sql(pack)]
    return {file.name: file.read_text() for file in sorted(found, key=lambda file: file.name)}


def _sql(pack: Pack) -> Iterator[Path]:
    return (file.location for file in pack.section("files") if PLATFORM in file.path)


@contextmanager
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        yield connection


def names(connection: sqlite3.Connection) -> set[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'").fetchall()
    return {name for (name,) in found}


@pytest.mark.parametrize("packs", [("fastapi",), ("fastapi", "event-driven")], ids=len)
def test_every_name_begins_with_an_underscore(packs: tuple[str, ...]) -> None:
    with database() as connection:
        for text in migrations(*packs).values():
            connection.executescript(text)

        assert len(names(connection)) >= 8
        assert {name for name in names(connection) if not name.startswith("_")} == set()


def test_rows_of_before_are_kept() -> None:
    files = migrations("fastapi", "event-driven")
    with database() as connection:
        for name in BEFORE:
            connection.executescript(files[name])
        for table, row in ROWS.items():
            connection.execute(f"INSERT INTO {table} VALUES {row}")
        before = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in ROWS}
        for name in sorted(files.keys() - set(BEFORE)):
            connection.executescript(files[name])

        for table, [row] in before.items():
            [after] = connection.execute(f"SELECT * FROM _{table}").fetchall()
            assert after[: len(row)] == row
        [(seconds,)] = connection.execute("SELECT seconds FROM _clock").fetchall()
        assert seconds == 1.5, "the clock goes on from the latest time that is stored"
        assert connection.execute(
            "INSERT INTO _tasks (id, handler, key, body, traceparent, due, added) "
            "VALUES ('b', 'h', 'k', '{}', '', 0, 0) RETURNING seq"
        ).fetchone() == (8,)


def test_presets_keep_to_it_in_new_projects() -> None:
    preset = next(pack for pack in load_catalog().packs if pack.id == "e-commerce")
    texts = [file.location.read_text() for file in preset.section("seed") if file.path.endswith(".sql")]
    made = [word for text in texts for line in text.splitlines() for word in _made(line)]

    assert made
    assert [name for name in made if not name.startswith("_")] == []


def _made(line: str) -> Iterator[str]:
    words = line.replace('"', "").split()
    if words[:1] == ["CREATE"]:
        yield words[2]
