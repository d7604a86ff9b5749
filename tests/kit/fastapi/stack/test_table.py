"""What is kept comes back as it was, and what could not come back is not kept."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from acme.platform.http.pages import Cursor, decode_cursor, encode_cursor
from acme.platform.http.views import View
from acme.platform.storage import rows
from acme.platform.storage.database import Database
from acme.platform.storage.rows import UnreadableRow
from acme.platform.storage.table import Record, Table
from acme.platform.values import Boolean, Integer, Length, Text, Time
from tests.kit.doubles import Anything

SINCE = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


class Thing(Record):
    group: Text
    parts: list[Anything] = []
    good: Boolean = True
    liked: Boolean | None = None
    since: Time = SINCE
    note: Text | None = None
    number: Annotated[Integer, Field(ge=3)] = 3
    most: Annotated[Integer, Field(le=9)] | None = None
    first: Anything | None = None


things = Table("things", Thing)


class Log:
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        self.errors: list[dict[str, Any]] = []

    def error(self, event: str, **values: Any) -> None:
        self.errors.append({"event": event, **values})


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log()
    monkeypatch.setattr(rows, "log", log)
    return log


@pytest.fixture
async def shelf(database: Database) -> AsyncIterator[Database]:
    async with database.begin() as tx:
        await tx.execute(
            'CREATE TABLE things ("id" TEXT PRIMARY KEY, "created_at" TEXT, "group" TEXT, "parts" TEXT, '
            '"good" BOOLEAN, "liked" BOOLEAN, "since" TEXT, "note" TEXT, '
            '"number" BIGINT, "most" BIGINT, "first" TEXT)'
        )
    yield database


async def kept(shelf: Database, *new: Thing) -> list[str]:
    async with shelf.begin() as tx:
        return [(await things.insert(tx, thing)).id for thing in new]


async def spoil(shelf: Database, id: str, column: str = "since", value: object = "soon") -> None:
    async with shelf.begin() as tx:
        await tx.execute(f'UPDATE things SET "{column}" = :value WHERE id = :id', id=id, value=value)


FULL = {"liked": False, "note": "x", "most": 9, "first": Anything(number=3)}


@pytest.mark.parametrize("optional", [FULL, {}], ids=["full", "empty"])
async def test_every_kind_of_value_comes_back(shelf: Database, optional: dict[str, Any]) -> None:
    thing = Thing(group="a", parts=[Anything(number=1), Anything(number=2)], good=False, **optional)
    await kept(shelf, thing)

    assert await things.find(shelf, thing.id) == thing


@pytest.mark.parametrize("column", Thing.model_fields)
async def test_a_record_is_found_by_any_of_its_values(shelf: Database, column: str) -> None:
    empty, full = (
        Thing(group="a", created_at=SINCE - timedelta(1)),
        Thing(group="b", parts=[Anything()], good=False, since=SINCE + timedelta(1), number=4, **FULL),
    )
    await kept(shelf, empty, full)

    for thing in (empty, full):
        assert await things.find_by(shelf, **{column: getattr(thing, column)}) == [thing]


async def test_only_what_matches_is_found(shelf: Database) -> None:
    [first, _, third] = await kept(shelf, Thing(group="a"), Thing(group="b"), Thing(group="a"))

    assert [thing.id for thing in await things.find_by(shelf, group="a")] == [first, third]


class Secretive(Thing):
    note: Annotated[Text, Length(1, 3)] | None = Field(None, exclude=True)


class Shown(View):
    id: str
    group: Text
    note: Annotated[Text, Length(1, 3)] | None


async def test_what_is_private_is_kept_and_no_record_is_shown_with_it(shelf: Database) -> None:
    secretive = Table("things", Secretive)
    async with shelf.begin() as tx:
        id = (await secretive.insert(tx, Secretive(group="a", note="x"))).id
        await secretive.update(tx, id, note="y")
    found = await secretive.find(shelf, id)

    assert found and found.note == "y"
    assert "note" not in found.model_dump() and '"note"' not in found.model_dump_json()


async def test_what_is_longer_than_it_may_be_now_is_read_and_shown(shelf: Database) -> None:
    [id] = await kept(shelf, Thing(group="a", note="long ago"))
    found = await Table("things", Secretive).find(shelf, id)

    assert found and Shown.of(found) == Shown.model_construct(id=id, group="a", note="long ago")
    with pytest.raises(ValidationError, match="must have 1 to 3 characters"):
        Secretive(group="a", note="long ago")


@pytest.mark.parametrize("newest_first", [False, True])
async def test_pages_hold_everything_once_and_in_order(shelf: Database, newest_first: bool) -> None:
    ids = await kept(shelf, *(Thing(group="a") for _ in range(5)), Thing(group="b"))
    wanted = sorted(ids[:5], reverse=newest_first)

    first = await things.page(shelf, Cursor(3), newest_first, group="a")
    second = await things.page(shelf, Cursor(3, first.items[-1].id), newest_first, group="a")

    assert [thing.id for thing in first.items + second.items] == wanted
    assert first.next_cursor
    assert second.next_cursor is None


async def test_changes_are_kept(shelf: Database) -> None:
    [id] = await kept(shelf, Thing(group="a", note="old"))

    async with shelf.begin() as tx:
        assert await things.update(tx, id, note=None, parts=[Anything(number=3)])

    thing = await things.find(shelf, id)
    assert thing
    assert (thing.note, thing.parts) == (None, [Anything(number=3)])


async def test_what_is_not_there_cannot_be_changed_or_deleted(shelf: Database) -> None:
    async with shelf.begin() as tx:
        assert not await things.update(tx, "nothing", note="x")
        assert not await things.delete(tx, "nothing")


BAD = {
    "group": None,
    "parts": [{"number": "many"}],
    "good": 1,
    "liked": "yes",
    "since": datetime(2026, 1, 1),
    "note": "\0",
    "number": 2,
    "most": 10,
    "first": Anything().model_copy(update={"number": "many"}),
    "created_at": "soon",
}


def test_there_is_a_bad_value_for_every_field() -> None:
    assert {*BAD, "id"} == Thing.model_fields.keys()


@pytest.mark.parametrize(("column", "value"), BAD.items())
async def test_what_could_not_be_read_again_is_not_kept(shelf: Database, column: str, value: Any) -> None:
    thing = Thing(group="a")
    await kept(shelf, thing)

    async with shelf.begin() as tx:
        with pytest.raises(ValidationError, match=column):
            await things.update(tx, thing.id, **{"note": "new", column: value})
        with pytest.raises(ValidationError, match=column):
            await things.insert(tx, Thing(group="b").model_copy(update={column: value}))

    assert await things.find_by(shelf) == [thing]


async def test_a_change_is_kept_as_a_record_would_hold_it(shelf: Database) -> None:
    [id] = await kept(shelf, Thing(group="a"))
    elsewhere = SINCE.astimezone(timezone(timedelta(hours=2)))

    async with shelf.begin() as tx:
        await things.update(tx, id, since=elsewhere)

    assert [thing.id for thing in await things.find_by(shelf, since=SINCE)] == [id]


async def test_a_column_that_there_is_not_is_refused(shelf: Database) -> None:
    [id] = await kept(shelf, Thing(group="a"))

    async with shelf.begin() as tx:
        with pytest.raises(TypeError, match=r"^things has no column nte; it has id, created_at, group"):
            await things.update(tx, id, nte="x")
    with pytest.raises(TypeError, match="things has no column nte"):
        await things.find_by(shelf, nte="x")
    with pytest.raises(TypeError, match="things has no column nte"):
        await things.page(shelf, Cursor(), nte="x")


async def test_no_change_is_none(shelf: Database) -> None:
    thing = Thing(group="a")
    await kept(shelf, thing)

    async with shelf.begin() as tx:
        assert await things.update(tx, thing.id)

    assert await things.find(shelf, thing.id) == thing


SPOILT = {
    "created_at": "soon",
    "parts": "[",
    "since": "0001-01-01T00:00:00+14:00",
    "number": 2,
    "most": 10,
    "first": "{}}",
}


@pytest.mark.parametrize(("column", "value"), SPOILT.items())
async def test_a_row_that_cannot_be_read_is_named_and_hides_no_other(
    shelf: Database, log: Log, column: str, value: object
) -> None:
    ids = await kept(shelf, Thing(group="a"), Thing(group="a"), Thing(group="a"))
    await spoil(shelf, ids[1], column, value)

    page, found = await things.page(shelf, Cursor()), await things.find_by(shelf, group="a")

    assert [thing.id for thing in page.items] == [thing.id for thing in found] == [ids[0], ids[2]]
    assert page.unreadable == found.unreadable
    assert [(error.id, error.field) for error in page.unreadable] == [(ids[1], column)]
    assert [(line["table"], line["id"], line["field"]) for line in log.errors] == [
        ("things", ids[1], column)
    ] * 2


async def test_a_page_without_such_a_row_says_nothing_of_it(shelf: Database) -> None:
    await kept(shelf, Thing(group="a"))

    assert (await things.page(shelf, Cursor())).model_dump().keys() == {"items", "next_cursor"}


async def test_what_a_row_holds_stays_out_of_log_and_answer(shelf: Database, log: Log) -> None:
    [id] = await kept(shelf, Thing(group="a"))
    await spoil(shelf, id, "since", "secret")
    await spoil(shelf, id, "parts", '["secret"]')

    page = await things.page(shelf, Cursor())

    assert [error.field for error in page.unreadable] == ["parts.0", "since"]
    assert "secret" not in f"{log.errors} {page}"


async def test_what_is_wrong_inside_a_value_is_named(shelf: Database) -> None:
    [id] = await kept(shelf, Thing(group="a"))
    await spoil(shelf, id, "parts", '[{"number": 1}, {"number": "many"}]')

    with pytest.raises(
        UnreadableRow, match=f"^a row of things cannot be read: parts.1.number of {id}: "
    ) as raised:
        await things.find(shelf, id)

    assert "many" not in str(raised.value)


@pytest.mark.parametrize("newest_first", [False, True])
async def test_pages_go_on_behind_rows_that_cannot_be_read(shelf: Database, newest_first: bool) -> None:
    ids = await kept(shelf, *(Thing(group="a") for _ in range(5)))
    for id in ids[1:4]:
        await spoil(shelf, id)
    seen, named, cursor = [], [], Cursor(2)

    while True:
        page = await things.page(shelf, cursor, newest_first)
        seen += [thing.id for thing in page.items]
        named += [error.id for error in page.unreadable]
        if page.next_cursor is None:
            break
        cursor = Cursor(2, decode_cursor(page.next_cursor))

    assert (sorted(seen), sorted(named)) == ([ids[0], ids[4]], ids[1:4])


@pytest.mark.parametrize("id", ["sku-1", "über", "0198C0DE-0000-7000-8000-000000000000", "~", ""])
def test_a_cursor_holds_any_id(id: str) -> None:
    assert decode_cursor(encode_cursor(id)) == id


async def test_nothing_is_decided_as_if_a_row_that_cannot_be_read_did_not_exist(shelf: Database) -> None:
    ids = await kept(shelf, Thing(group="a"), Thing(group="a"), Thing(group="b"))
    await spoil(shelf, ids[0])
    await spoil(shelf, ids[2])

    async with shelf.begin() as tx:
        with pytest.raises(UnreadableRow, match=ids[0]):
            await things.find_by(tx, group="a")
    with pytest.raises(UnreadableRow, match=ids[2]):
        await things.find_by(shelf, group="b")


async def test_a_row_that_cannot_be_read_can_be_repaired_or_deleted(shelf: Database) -> None:
    ids = await kept(shelf, Thing(group="a"), Thing(group="b"))
    for id in ids:
        await spoil(shelf, id)

    async with shelf.begin() as tx:
        assert await things.update(tx, ids[0], since=SINCE)
        assert await things.delete(tx, ids[1])

    assert [thing.since for thing in await things.find_by(shelf)] == [SINCE]
