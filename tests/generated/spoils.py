"""Rows that cannot be read: what SQL can put into a column, whatever the type of its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.generated.every_kind import row

SAMPLE: Mapping[str, Any] = row(0)
"""A row of the spec `kinds`."""

EVERYWHERE = {"a_time": "'soon'", "strs": "'secret'", "a_type": """'{"secret": 1}'"""}
ON_SQLITE = {
    **EVERYWHERE,
    "a_str": "CAST(x'ff' AS TEXT)",
    "an_int": "'secret'",
    "a_money": "1.5",
    "a_bool": "'secret'",
    "a_ref": "CAST(x'ff' AS TEXT)",
}
"""Name of a field -> what it cannot be, in SQL. PostgreSQL itself refuses the rest."""


def spoils(values: Mapping[str, str]) -> dict[str, str]:
    """The same for the optional fields, and for what every row has."""
    optional = {f"{name}_or_none": value for name, value in values.items()}
    return {**values, **optional, "created_at": "'soon'"}


class Samples:
    """The collection of a running system, in which each row has one field that is to be spoilt."""

    def __init__(self, client: httpx.Client, values: Mapping[str, str]) -> None:
        self._client, self._values = client, values
        self._ids = {column: self._new() for column in values}
        self._whole = [self._new(), self._new()]

    def _new(self) -> str:
        answer = self._client.post("/samples", json=SAMPLE)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def statements(self, table: str = "samples") -> Iterator[str]:
        """What spoils them."""
        for column, id in self._ids.items():
            yield f"UPDATE {table} SET {column} = {self._values[column]} WHERE id = '{id}'"

    def check(self, log: Path) -> None:
        """All others are there, those that cannot be read are named, and can be repaired or removed."""
        items, unreadable = self._listed()
        assert [item["id"] for item in items] == self._whole
        named = {(error["id"], error["field"].partition(".")[0]) for error in unreadable}
        assert named == {(id, column) for column, id in self._ids.items()}
        for column, id in self._ids.items():
            self._check_alone(column, id)
        for column, id in self._ids.items():
            assert _lines(log, id, column), f"the log does not name {column} of {id}"
        assert "secret" not in f"{log.read_text()}{unreadable}"
        self._put_right()

    def _check_alone(self, column: str, id: str) -> None:
        answer = self._client.get(f"/samples/{id}")
        assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
        assert id in answer.json()["detail"]
        assert {error["field"].partition(".")[0] for error in answer.json()["errors"]} == {column}

    def _put_right(self) -> None:
        for column, id in self._ids.items():
            if column in SAMPLE:
                answer = self._client.put(f"/samples/{id}", json=SAMPLE)
                assert (answer.status_code, answer.json().get(column)) == (200, SAMPLE[column]), answer.text
            else:
                assert self._client.delete(f"/samples/{id}").status_code == 204
        items, unreadable = self._listed()
        assert (len(items), unreadable) == (len(self._whole) + len(SAMPLE.keys() & self._ids.keys()), [])

    def _listed(self) -> tuple[list[Any], list[Any]]:
        """All pages. There are whole pages of rows that cannot be read."""
        items, unreadable, cursor = [], [], {}
        while True:
            page = self._client.get("/samples", params={"limit": 3, **cursor}).json()
            items += page["items"]
            unreadable += page.get("unreadable", [])
            if page["next_cursor"] is None:
                return items, unreadable
            cursor = {"cursor": page["next_cursor"]}


def _lines(log: Path, *words: str) -> list[str]:
    return [
        line
        for line in log.read_text().splitlines()
        if all(word in line for word in (*words, "error", "samples"))
    ]
