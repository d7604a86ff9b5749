"""Rows of one table as records, found by id or page by page."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_jsonable_python

from shop.platform.database import Reader, Row, Tx, insert
from shop.platform.ids import new_id
from shop.platform.pages import Cursor, Page, encode_cursor


class Record(BaseModel):
    """A stored thing. Times are UTC."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, json_schema_serialization_defaults_required=True)

    id: str = Field(default_factory=new_id)
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


R = TypeVar("R", bound=Record)


class Table(Generic[R]):
    """Lists are kept as JSON text, times as RFC 3339 text."""

    def __init__(self, name: str, record: type[R]) -> None:
        self.name, self._record = name, record
        self._decoders = {column: _decoder(field.annotation) for column, field in record.model_fields.items()}
        self._select = f"SELECT {', '.join(map(_quoted, record.model_fields))} FROM {_quoted(name)}"

    async def insert(self, tx: Tx, record: R) -> R:
        await insert(tx, self.name, _to_row(record.model_dump()))
        return record

    async def find(self, db: Reader, id: str) -> R | None:
        """In a transaction nobody else changes the record before it ends."""
        row = await db.one(f"{self._select} WHERE id = :id{db.locking}", id=id)
        return self._to_record(row) if row else None

    async def find_by(self, db: Reader, **equal: str | int) -> list[R]:
        """All records with these values, oldest first. In a transaction nobody else changes them before it ends."""
        rows = await db.all(f"{self._select} {_where(equal)} ORDER BY id{db.locking}", **equal)
        return [self._to_record(row) for row in rows]

    async def page(self, db: Reader, cursor: Cursor, newest_first: bool = False, **equal: str | int) -> Page[R]:
        """One page of the records with these values."""
        sign, direction = ("<", "DESC") if newest_first else (">", "ASC")
        where = _where(equal, *([f"id {sign} :_after"] if cursor.after else []))
        sql = f"{self._select} {where} ORDER BY id {direction} LIMIT :_limit"
        rows = await db.all(sql, _after=cursor.after, _limit=cursor.limit + 1, **equal)
        items = [self._to_record(row) for row in rows[: cursor.limit]]
        return Page(items=items, next_cursor=encode_cursor(items[-1].id) if len(rows) > cursor.limit else None)

    async def update(self, tx: Tx, id: str, **changes: Any) -> bool:
        """Whether there was such a record."""
        assignments = ", ".join(f"{_quoted(c)} = :{c}" for c in changes)
        sql = f"UPDATE {_quoted(self.name)} SET {assignments} WHERE id = :_id"
        return bool(await tx.execute(sql, _id=id, **_to_row(changes)))

    async def delete(self, tx: Tx, id: str) -> bool:
        """Whether there was such a record."""
        return bool(await tx.execute(f"DELETE FROM {_quoted(self.name)} WHERE id = :id", id=id))

    def _to_record(self, row: Row) -> R:
        values = {c: v if v is None else self._decoders[c](v) for c, v in row.items()}
        return self._record.model_validate(values)


def _to_row(values: dict[str, Any]) -> Row:
    plain = to_jsonable_python(values)
    return {c: json.dumps(v) if isinstance(v, list | dict) else v for c, v in plain.items()}


def _decoder(annotation: Any) -> Callable[[Any], Any]:
    """How a column comes back: lists and nested values from JSON, booleans from numbers, all else as it is."""
    for kind in (annotation, *get_args(annotation)):
        if get_origin(kind) is list or (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return json.loads
        if kind is bool:
            return bool
    return lambda value: value


def _quoted(name: str) -> str:
    return f'"{name}"'


def _where(equal: dict[str, Any], *others: str) -> str:
    conditions = [*others, *(f"{_quoted(c)} = :{c}" for c in equal)]
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""
