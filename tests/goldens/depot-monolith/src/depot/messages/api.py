"""Messages over HTTP."""

from fastapi import APIRouter, HTTPException

from depot.messages.requests import NewMessage
from depot.messages.resource import Message, messages
from depot.platform.database import Reader
from depot.platform.idempotency import IdempotencyKey, once
from depot.platform.pages import Page, PageCursor
from depot.platform.web import Db

router = APIRouter(prefix="/messages", tags=["messages"])


@router.post("", status_code=201)
async def create(body: NewMessage, db: Db, key: IdempotencyKey = None) -> Message:
    async def make() -> str:
        return (await messages.insert(tx, Message(**dict(body)))).id

    async with db.begin() as tx:
        id = await once(tx, "anyone", "POST /messages", key, body, make)
        return await _existing(tx, id)


@router.get("")
async def browse(db: Db, cursor: PageCursor) -> Page[Message]:
    return await messages.page(db, cursor)


@router.get("/{id}")
async def show(id: str, db: Db) -> Message:
    return await _existing(db, id)


@router.put("/{id}")
async def replace(id: str, body: NewMessage, db: Db) -> Message:
    async with db.begin() as tx:
        await _existing(tx, id)
        await messages.update(tx, id, **dict(body))
        return await _existing(tx, id)


@router.delete("/{id}", status_code=204)
async def remove(id: str, db: Db) -> None:
    async with db.begin() as tx:
        if not await messages.delete(tx, id):
            raise HTTPException(404, "There is no message with this id.")


async def _existing(db: Reader, id: str) -> Message:
    message = await messages.find(db, id)
    if message is None:
        raise HTTPException(404, "There is no message with this id.")
    return message
