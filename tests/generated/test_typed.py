"""What a project's own type checker sees of what its code writes, looks for and tells."""

from __future__ import annotations

import re

import pytest

from tests.generated.recipes import Recipe, write
from tests.generated.workshop import Workshop

HEAD = """from typing import Any

from depot.platform.storage.database import Tx
from depot.platform.messaging.events import Events
from depot.platform.http.pages import Cursor
from depot.platform.storage.table import Record, Table
from depot.trips.requests import NewTrip
from depot.trips.resource import Trip, trips
from depot.trips.types import Place


class Note(Record):
    text: str


notes = Table("notes", Note)


async def every(table: Table[Note], tx: Tx) -> list[Note]:
    return await table.find_by(tx, text="x")


async def work(tx: Tx, events: Events, body: NewTrip, some: dict[str, Any]) -> None:
"""

GOOD = [
    'await trips.update(tx, "1", status="x", distance=None)',
    'await trips.update(tx, id="1", start=Place(street="x", number=1), express=True)',
    'await trips.update(tx, "1", **dict(body))',
    'await trips.update(tx, "1", **some)',
    'await trips.page(tx, Cursor(), newest_first=True, driver="x")',
    "found: list[Trip] = await trips.find_by(tx, express=True, distance=3)",
    'await events.publish(tx, "trips.created", "1", {})',
    'await events.publish(tx, "vehicles.free_up", "1", {})',
    'await notes.update(tx, "1", text="x")',
    "await every(notes, tx)",
]
ARGUMENT = 'Argument "{}" to "{}" of "Table" has incompatible type "{}"'
OCCURRENCE = 'Argument 2 to "publish" of "Events" has incompatible type'
BAD = {
    'await trips.update(tx, "1", statu="x")': 'Unexpected keyword argument "statu"',
    'await trips.update(tx, "1", distance="many")': ARGUMENT.format("distance", "update", "str"),
    'await trips.update(tx, "1", express=None)': ARGUMENT.format("express", "update", "None"),
    'await trips.update(tx, "1", stops=[1])': "List item 0 has incompatible type",
    'await trips.find_by(tx, statu="x")': 'Unexpected keyword argument "statu"',
    "await trips.find_by(tx, status=1)": ARGUMENT.format("status", "find_by", "int"),
    'await trips.page(tx, Cursor(), statu="x")': 'Unexpected keyword argument "statu"',
    "await trips.page(tx, Cursor(), status=1)": ARGUMENT.format("status", "page", "int"),
    'await events.publish(tx, "trips.creatd", "1", {})': OCCURRENCE,
    'await events.publish(tx, "trips", "1", {})': OCCURRENCE,
}


@pytest.fixture(scope="module")
def findings(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Line -> what mypy says of it."""
    project = tmp_path_factory.mktemp("typed") / "depot"
    write(Recipe("depot", "monolith"), project)
    text = HEAD + "".join(f"    {line}\n" for line in (*GOOD, *BAD))
    (project / "checked.py").write_text(text)
    with pytest.raises(AssertionError) as raised:
        workshop.run_in(project, "mypy", "checked.py")
    found = re.findall(r"^checked\.py:(\d+): error: (.*)$", str(raised.value), re.MULTILINE)
    lines = text.splitlines()
    return {lines[int(number) - 1].strip(): message for number, message in found}


@pytest.mark.slow
@pytest.mark.parametrize("line", GOOD)
def test_what_is_right_passes(findings: dict[str, str], line: str) -> None:
    assert line not in findings


@pytest.mark.slow
@pytest.mark.parametrize(("line", "message"), BAD.items())
def test_what_is_wrong_is_seen(findings: dict[str, str], line: str, message: str) -> None:
    assert message in findings[line]


@pytest.mark.slow
def test_nothing_else_is_found(findings: dict[str, str]) -> None:
    assert findings.keys() == BAD.keys()
