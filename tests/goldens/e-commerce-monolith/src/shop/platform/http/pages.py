"""Pagination. A cursor is the id after which the next page starts."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from operator import not_
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, HTTPException, Query
from pydantic import BaseModel, Field

T = TypeVar("T")
U = TypeVar("U")
OTHER_ID = "~"
"""Prefix of the cursor of an id that is not a UUID."""


@dataclass(frozen=True, slots=True)
class Cursor:
    limit: int = 20
    after: str | None = None


class RowError(BaseModel):
    """A field of a stored row that cannot be read, without its value."""

    id: str
    field: str
    message: str


class Page(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None
    unreadable: list[RowError] = Field(
        default=[], exclude_if=not_, description="Rows of this page that cannot be read; omitted if there are none."
    )

    def map(self, show: Callable[[T], U]) -> "Page[U]":
        """Return the page with `show` applied to each item."""
        items = [show(item) for item in self.items]
        return Page(items=items, next_cursor=self.next_cursor, unreadable=self.unreadable)


def encode_cursor(id: str) -> str:
    """Encode an id as a cursor. UUIDs are encoded compactly."""
    try:
        uuid = UUID(id)
    except ValueError:
        uuid = None
    if uuid is None or str(uuid) != id:
        return OTHER_ID + _to_base64(id.encode(errors="replace"))
    return _to_base64(uuid.bytes)


def _to_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(text: str) -> str:
    """Return the id of a cursor. Raises HTTPException if it is invalid."""
    other = text.startswith(OTHER_ID)
    try:
        digits = text.removeprefix(OTHER_ID)
        raw = base64.b64decode(digits + "=" * (-len(digits) % 4), altchars=b"-_", validate=True)
        return raw.decode() if other else str(UUID(bytes=raw))
    except ValueError:
        raise HTTPException(400, "The cursor is invalid.") from None


def _cursor(
    limit: Annotated[int, Query(ge=1, le=100, description="Maximum number of items per page.")] = 20,
    cursor: Annotated[str | None, Query(description="The `next_cursor` of the previous page.")] = None,
) -> Cursor:
    return Cursor(limit, decode_cursor(cursor) if cursor is not None else None)


PageCursor = Annotated[Cursor, Depends(_cursor)]
