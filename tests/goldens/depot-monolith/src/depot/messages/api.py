"""Messages over HTTP."""

from fastapi import APIRouter, HTTPException

from depot.messages.requests import NewMessage
from depot.messages.resource import Message, messages
from depot.messages.views import MessageView
from depot.platform.http.idempotency import IdempotencyKey, once
from depot.platform.http.pages import Page, PageCursor
from depot.platform.http.problems import problems
from depot.platform.http.web import Db
from depot.platform.storage.database import Reader

router = APIRouter(tags=["messages"])


@router.post("/messages", status_code=201, responses=problems(409))
async def create(body: NewMessage, db: Db, key: IdempotencyKey = None) -> MessageView:
    async def make() -> str:
        return (await messages.insert(tx, Message(**dict(body)))).id

    async with db.begin() as tx:
        id = await once(tx, "anyone", "POST /messages", key, body, make)
        return await _existing(tx, id)


@router.get("/messages", responses=problems(400))
async def browse(db: Db, cursor: PageCursor) -> Page[MessageView]:
    page = await messages.page(db, cursor)
    return page.map(MessageView.of)


@router.get("/messages/{id}", responses=problems(404))
async def show(id: str, db: Db) -> MessageView:
    return await _existing(db, id)


@router.put("/messages/{id}", responses=problems(404, 409))
async def replace(id: str, body: NewMessage, db: Db) -> MessageView:
    async with db.begin() as tx:
        await messages.update(tx, id, **dict(body))
        return await _existing(tx, id)


@router.delete("/messages/{id}", status_code=204, responses=problems(404))
async def remove(id: str, db: Db) -> None:
    async with db.begin() as tx:
        if not await messages.delete(tx, id):
            raise HTTPException(404, "There is no message with this id.")


async def _existing(db: Reader, id: str) -> MessageView:
    message = await messages.find(db, id)
    if message is None:
        raise HTTPException(404, "There is no message with this id.")
    return MessageView.of(message)
