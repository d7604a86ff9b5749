"""Drivers over HTTP."""

from fastapi import APIRouter, HTTPException

from depot.drivers.requests import NewDriver
from depot.drivers.resource import Driver, drivers
from depot.platform.database import Reader
from depot.platform.idempotency import IdempotencyKey, once
from depot.platform.pages import Page, PageCursor
from depot.platform.web import Db

router = APIRouter(prefix="/drivers", tags=["drivers"])


@router.post("", status_code=201)
async def create(body: NewDriver, db: Db, key: IdempotencyKey = None) -> Driver:
    async def make() -> str:
        return (await drivers.insert(tx, Driver(**dict(body)))).id

    async with db.begin() as tx:
        id = await once(tx, "anyone", "POST /drivers", key, body, make)
        return await _existing(tx, id)


@router.get("")
async def browse(db: Db, cursor: PageCursor) -> Page[Driver]:
    return await drivers.page(db, cursor)


@router.get("/{id}")
async def show(id: str, db: Db) -> Driver:
    return await _existing(db, id)


@router.put("/{id}")
async def replace(id: str, body: NewDriver, db: Db) -> Driver:
    async with db.begin() as tx:
        await _existing(tx, id)
        await drivers.update(tx, id, **dict(body))
        return await _existing(tx, id)


@router.delete("/{id}", status_code=204)
async def remove(id: str, db: Db) -> None:
    async with db.begin() as tx:
        if not await drivers.delete(tx, id):
            raise HTTPException(404, "There is no driver with this id.")


async def _existing(db: Reader, id: str) -> Driver:
    driver = await drivers.find(db, id)
    if driver is None:
        raise HTTPException(404, "There is no driver with this id.")
    return driver
