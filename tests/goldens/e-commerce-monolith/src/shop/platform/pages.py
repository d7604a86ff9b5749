"""Long lists, a page at a time. A cursor is the id after which the next page begins."""

import base64
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, HTTPException, Query
from pydantic import BaseModel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cursor:
    limit: int = 20
    after: str | None = None


class Page(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None


def encode_cursor(id: str) -> str:
    return base64.urlsafe_b64encode(UUID(id).bytes).decode().rstrip("=")


def _decode(text: str) -> str:
    try:
        id = UUID(bytes=base64.b64decode(text + "==", altchars=b"-_", validate=True))
    except ValueError:
        raise HTTPException(400, "The cursor is not one of ours.") from None
    return str(id)


def _cursor(limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: str | None = None) -> Cursor:
    return Cursor(limit, _decode(cursor) if cursor is not None else None)


PageCursor = Annotated[Cursor, Depends(_cursor)]
