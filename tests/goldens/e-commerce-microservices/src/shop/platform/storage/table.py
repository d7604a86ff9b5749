"""Rows of one table as records, found by id or page by page."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import ParamSpec

from shop.platform.http.pages import Cursor, Page, RowError, encode_cursor
from shop.platform.storage.database import Reader, Row, Tx, insert, transaction_is_open
from shop.platform.storage.ids import new_id
from shop.platform.storage.rows import Rows, UnreadableRow, bound


class Record(BaseModel):
    """A stored thing. Times are UTC."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, json_schema_serialization_defaults_required=True)

    id: str = Field(default_factory=new_id)
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


R = TypeVar("R", bound=Record)
C = ParamSpec("C", default=...)


class Found(list[R]):
    """Records, and what is wrong with the rows that cannot be read."""

    def __init__(self, records: Iterable[R] = ()) -> None:
        super().__init__(records)
        self.unreadable: list[RowError] = []


class Table(Generic[R, C]):
    """What is written is validated by the fields of the record: it can be read again.

    `columns` says what each column holds, as a TypedDict: by it type checkers know what may be changed and looked for.
    """

    def __init__(
        self,
        name: str,
        record: type[R],
        columns: Callable[C, object] | None = None,  # noqa: ARG002, for type checkers
    ) -> None:
        self.name, self._rows = name, Rows(name, record)
        self.columns = tuple(self._rows.columns)
        self._select = f"SELECT {', '.join(map(_quoted, self.columns))} FROM {_quoted(name)}"

    async def insert(self, tx: Tx, record: R) -> R:
        """ValidationError where the record was made without validation, and could not be read again."""
        await insert(tx, self.name, self._rows.row(record))
        return record

    async def find(self, db: Reader, id: str) -> R | None:
        """In a transaction nobody else changes the record before it ends. UnreadableRow if it is none any more."""
        row = await db.one(f"{self._select} WHERE id = :id{db.locking}", id=id)
        return self._rows.record(row) if row else None

    async def find_by(self, db: Reader, /, *_: C.args, **equal: C.kwargs) -> Found[R]:
        """All records with these values, oldest first. In a transaction nobody else changes them before it ends.

        A row that cannot be read is left out, and named in `unreadable`. UnreadableRow where it is the only one, and in
        a transaction: nothing may be decided there as if it did not exist.
        """
        wanted = bound(self._rows.by_column(equal))
        return self.records(await db.all(f"{self._select} {_where(wanted)} ORDER BY id{db.locking}", **wanted))

    async def where(self, db: Reader, condition: str, /, **values: Any) -> Found[R]:
        """All records that an SQL condition holds for: `await products.where(db, "price < :p ORDER BY price", p=500)`.

        Values are bound by name, in the form in which columns hold them. Rows are locked and read as `find_by` does.
        InvalidValue for a value that no column can hold.
        """
        return self.records(await db.all(f"{self._select} WHERE {condition}\n{db.locking}", **bound(values)))

    def records(self, rows: Sequence[Row]) -> Found[R]:
        """The rows of a SELECT of your own as records; columns that the record lacks are left out.

        TypeError if the SELECT lacks one of its columns; what cannot be read is treated as `find_by` does.
        """
        if rows and (missing := [column for column in self.columns if column not in rows[0]]):
            raise TypeError(f"the SELECT lacks {', '.join(missing)} of {self.name}")
        found = self._found({column: row[column] for column in self.columns} for row in rows)
        if found.unreadable and (not found or transaction_is_open.get()):
            raise UnreadableRow(self.name, found.unreadable)
        return found

    async def page(
        self, db: Reader, /, cursor: Cursor, newest_first: bool = False, *_: C.args, **equal: C.kwargs
    ) -> Page[R]:
        """One page of the records with these values. A row that cannot be read is only named."""
        sign, direction = ("<", "DESC") if newest_first else (">", "ASC")
        wanted = bound(self._rows.by_column(equal))
        where = _where(wanted, *([f"id {sign} :_after"] if cursor.after else []))
        sql = f"{self._select} {where} ORDER BY id {direction} LIMIT :_limit"
        rows = await db.all(sql, _after=cursor.after, _limit=cursor.limit + 1, **wanted)
        next_cursor = encode_cursor(rows[cursor.limit - 1]["id"]) if len(rows) > cursor.limit else None
        found = self._found(rows[: cursor.limit])
        return Page(items=found, next_cursor=next_cursor, unreadable=found.unreadable)

    async def update(self, tx: Tx, /, id: str, *_: C.args, **changes: C.kwargs) -> bool:
        """Whether there was such a record. ValidationError for a value it cannot hold, TypeError for no column."""
        row = self._rows.changed(changes)
        assignments = ", ".join(f"{_quoted(c)} = :{c}" for c in row) or "id = id"
        sql = f"UPDATE {_quoted(self.name)} SET {assignments} WHERE id = :_id"
        return bool(await tx.execute(sql, _id=id, **row))

    async def delete(self, tx: Tx, id: str) -> bool:
        """Whether there was such a record."""
        return bool(await tx.execute(f"DELETE FROM {_quoted(self.name)} WHERE id = :id", id=id))

    def _found(self, rows: Iterable[Row]) -> Found[R]:
        found: Found[R] = Found()
        for row in rows:
            try:
                found.append(self._rows.record(row))
            except UnreadableRow as error:
                found.unreadable += error.errors
        return found


def _quoted(name: str) -> str:
    return f'"{name}"'


def _where(equal: Row, *others: str) -> str:
    conditions = [*others, *(f"{_quoted(c)} {'IS NULL' if v is None else f'= :{c}'}" for c, v in equal.items())]
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""
