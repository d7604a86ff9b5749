"""Typed access to a table: its rows as records."""

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
    """A stored row. Times are in UTC."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, json_schema_serialization_defaults_required=True)

    id: str = Field(default_factory=new_id)
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


R = TypeVar("R", bound=Record)
C = ParamSpec("C", default=...)


class Records(list[R]):
    """Records, and the errors of rows that cannot be read."""

    def __init__(self, records: Iterable[R] = ()) -> None:
        super().__init__(records)
        self.unreadable: list[RowError] = []


class Table(Generic[R, C]):
    """A table of records. Everything written is validated against the record type.

    `columns` is a TypedDict with the type of each column, so that type checkers verify filters and changes.
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
        """Insert the record and return it. Raises ValidationError if it is invalid, Duplicate if it exists."""
        await insert(tx, self.name, self._rows.row(record))
        return record

    async def find(self, db: Reader, id: str) -> R | None:
        """Return the record with this id. In a transaction the row is locked. Raises UnreadableRow."""
        row = await db.one(f"{self._select} WHERE id = :id{db.locking}", id=id)
        return self._rows.record(row) if row else None

    async def find_by(self, db: Reader, /, *_: C.args, **equal: C.kwargs) -> Records[R]:
        """Return all records with these values, oldest first. In a transaction the rows are locked.

        Rows that cannot be read are left out and listed in `unreadable`. Raises UnreadableRow if no row can be read, or
        in a transaction if any row cannot.
        """
        wanted = self._rows.equal(equal)
        return self.records(await db.all(f"{self._select} {_where(wanted)} ORDER BY id{db.locking}", **wanted))

    async def where(self, db: Reader, condition: str, /, **values: Any) -> Records[R]:
        """Return all records that match a condition: `await products.where(db, "price < :p ORDER BY price", p=500)`.

        Values are bound by name. Rows are locked and read as in `find_by`. Raises InvalidValue for a value that no
        column can store.
        """
        return self.records(await db.all(f"{self._select} WHERE {condition}\n{db.locking}", **bound(values)))

    def records(self, rows: Sequence[Row]) -> Records[R]:
        """Return the rows of your own SELECT as records. Additional columns are ignored.

        Raises TypeError if a column of the record is missing. Unreadable rows are handled as in `find_by`.
        """
        if rows and (missing := [column for column in self.columns if column not in rows[0]]):
            raise TypeError(f"the SELECT lacks {', '.join(missing)} of {self.name}")
        records = self._records({column: row[column] for column in self.columns} for row in rows)
        if records.unreadable and (not records or transaction_is_open.get()):
            raise UnreadableRow(self.name, records.unreadable)
        return records

    async def page(
        self, db: Reader, /, cursor: Cursor, newest_first: bool = False, *_: C.args, **equal: C.kwargs
    ) -> Page[R]:
        """Return one page of the records with these values. Unreadable rows are listed in `unreadable`."""
        sign, direction = ("<", "DESC") if newest_first else (">", "ASC")
        wanted = self._rows.equal(equal)
        where = _where(wanted, *([f"id {sign} :_after"] if cursor.after else []))
        sql = f"{self._select} {where} ORDER BY id {direction} LIMIT :_limit"
        rows = await db.all(sql, _after=cursor.after, _limit=cursor.limit + 1, **wanted)
        next_cursor = encode_cursor(rows[cursor.limit - 1]["id"]) if len(rows) > cursor.limit else None
        records = self._records(rows[: cursor.limit])
        return Page(items=records, next_cursor=next_cursor, unreadable=records.unreadable)

    async def update(self, tx: Tx, /, id: str, *_: C.args, **changes: C.kwargs) -> bool:
        """Return whether the record exists. Raises ValidationError, or TypeError for an unknown column."""
        row = self._rows.changed(changes)
        assignments = ", ".join(f"{_quoted(c)} = :{c}" for c in row) or "id = id"
        sql = f"UPDATE {_quoted(self.name)} SET {assignments} WHERE id = :_id"
        return bool(await tx.execute(sql, _id=id, **row))

    async def delete(self, tx: Tx, id: str) -> bool:
        """Return whether the record existed."""
        return bool(await tx.execute(f"DELETE FROM {_quoted(self.name)} WHERE id = :id", id=id))

    def _records(self, rows: Iterable[Row]) -> Records[R]:
        records: Records[R] = Records()
        for row in rows:
            try:
                records.append(self._rows.record(row))
            except UnreadableRow as error:
                records.unreadable += error.errors
        return records


def _quoted(name: str) -> str:
    return f'"{name}"'


def _where(equal: Row, *others: str) -> str:
    conditions = [*others, *(f"{_quoted(c)} {'IS NULL' if v is None else f'= :{c}'}" for c, v in equal.items())]
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""
