"""What requests bring is bounded, what is private is answered nowhere, and what is stored already is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import copy_of
from tests.generated.recipes import PATTERNS, Recipe
from tests.generated.workshop import Workshop
from tests.support.system import System, eventually

PRIVATE = {"price_paid": 4711, "source": "found-in-a-drawer", "code": "q7zx"}
BOOK: Mapping[str, Any] = {
    "isbn": "0123456789",
    "title": "x",
    "text": "x",
    "chapters": [{"title": "x", "tags": [], "note": None}],
    "shelf": "x",
    "notes": [],
    **PRIVATE,
}
OWN = "margin"
ALLOWED: list[dict[str, Any]] = [
    {"isbn": 10 * "x"},
    {"isbn": 17 * "😀"},
    {"title": 200 * "x"},
    {"text": 50_000 * "x"},
    {"text": None},
    {"chapters": [{"title": 80 * "x", "tags": 3 * ["x"], "note": 10_000 * "x"}]},
    {"chapters": 30 * BOOK["chapters"]},
    {"shelf": 10_000 * "x"},
    {"notes": 1_000 * ["x"]},
    {"notes": [10_000 * "x"]},
    {"source": 10_000 * "x"},
]
REFUSED: list[dict[str, Any]] = [
    {"isbn": 9 * "x"},
    {"isbn": 18 * "x"},
    {"title": ""},
    {"title": 201 * "x"},
    {"text": ""},
    {"text": 50_001 * "x"},
    {"chapters": []},
    {"chapters": 31 * BOOK["chapters"]},
    {"chapters": [{"title": 81 * "x", "tags": []}]},
    {"chapters": [{"title": "x", "tags": 4 * ["x"]}]},
    {"chapters": [{"title": "x", "tags": [], "note": 10_001 * "x"}]},
    {"shelf": 10_001 * "x"},
    {"shelf": 500_000 * "x"},
    {"notes": 1_001 * ["x"]},
    {"notes": [10_001 * "x"]},
    {"source": 10_001 * "x"},
    {"code": "abc"},
]


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS)
def test_requests_are_bounded_and_answers_hold_what_is_for_others(
    workshop: Workshop, tmp_path: Path, pattern: str
) -> None:
    project = tmp_path / "lengths"
    copy_of(workshop.startable(Recipe("lengths", pattern)), project)
    _add_a_column(project / "src/lengths/books")
    with (
        System(project, tmp_path / "log") as system,
        httpx.Client(base_url=system.url, timeout=30) as client,
    ):
        _check_bounds(client)
        _check_private(client)
        _check_stored(client, project)
    others = [file for file in project.rglob("*.db") if not _has_table(file, "books")]
    assert not [file for file in others if PRIVATE["source"].encode() in file.read_bytes()]


def _add_a_column(service: Path) -> None:
    """As a user does it: a migration, and a line in the record."""
    (service / "migrations/0099_margin.sql").write_text(
        f"ALTER TABLE books ADD COLUMN {OWN} TEXT NOT NULL DEFAULT 'wide';\n"
    )
    record = service / "resource.py"
    record.write_text(
        record.read_text().replace("    shelf: Text\n", f"    shelf: Text\n    {OWN}: Text = 'wide'\n", 1)
    )


def _check_bounds(client: httpx.Client) -> None:
    id = _answered(client.post("/books", json={**BOOK, "isbn": "of-the-first"}), 201)["id"]
    for number, change in enumerate(ALLOWED):
        own = {"isbn": f"number-{number:08}", "code": f"{number:04}"}
        _answered(client.post("/books", json={**BOOK, **own, **change}), 201)
        _answered(
            client.put(f"/books/{id}", json={**BOOK, "code": None, **change, "isbn": "replaced-1"}), 200
        )
    for change in REFUSED:
        for answer in (
            client.post("/books", json={**BOOK, **change}),
            client.put(f"/books/{id}", json={**BOOK, **change}),
        ):
            errors = _answered(answer, 422)["errors"]
            assert [error["field"].partition(".")[0] for error in errors] == list(change), errors
    long = 501 * "x"
    assert _answered(client.post("/shelves", json={"name": long}), 422)["errors"][0]["field"] == "name"
    _answered(client.post("/shelves", json={"name": long[1:]}), 201)


def _check_private(client: httpx.Client) -> None:
    book = {**BOOK, "isbn": "with-secrets"}
    created = _answered(client.post("/books", json={**book, "code": "zzzz"}), 201)
    path = f"/books/{created['id']}"
    answers = [created, _answered(client.get(path), 200), _answered(client.put(path, json=book), 200)]
    answers += list(_all(client, "/books"))
    eventually(
        lambda: any(each["book_id"] == created["id"] for each in _all(client, "/indexes")), 30, "the event"
    )
    answers += list(_all(client, "/indexes"))
    for answer in answers:
        assert not {*PRIVATE, OWN} & answer.keys(), answer


def _check_stored(client: httpx.Client, project: Path) -> None:
    """A row of before there were limits: read as it is, and replaced by one that keeps them."""
    book = _answered(client.post("/books", json={**BOOK, "isbn": "long-ago-1", "code": "long"}), 201)
    [database] = [file for file in project.rglob("*.db") if _has_table(file, "books")]
    title, chapter = 5_000 * "x", '[{"title": "' + 5_000 * "x" + '", "tags": []}]'
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        sql = "UPDATE books SET title = ?, chapters = ?, isbn = 'short' WHERE id = ?"
        connection.execute(sql, (title, chapter, book["id"]))
    path = f"/books/{book['id']}"
    found = _answered(client.get(path), 200)
    assert (found["title"], found["chapters"][0]["title"], found["isbn"]) == (title, title, "short")
    assert found in list(_all(client, "/books"))
    _answered(client.put(path, json={**BOOK, "isbn": "long-ago-1", "code": "long"}), 200)


def _all(client: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    page = _answered(client.get(path, params={"limit": 100}), 200)
    assert page["next_cursor"] is None and "unreadable" not in page, page
    yield from page["items"]


def _answered(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, f"{answer.request.method} {answer.url}: {answer.text[:500]}"
    return answer.json()


def _has_table(file: Path, name: str) -> bool:
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return found is not None
