"""Drivers over HTTP."""

from fastapi import APIRouter, HTTPException

from depot.drivers.requests import NewDriver
from depot.drivers.resource import Driver, drivers
from depot.drivers.views import DriverView
from depot.platform.http.idempotency import IdempotencyKey, once
from depot.platform.http.pages import Page, PageCursor
from depot.platform.http.problems import problems
from depot.platform.http.web import Db
from depot.platform.storage.database import Reader

router = APIRouter(tags=["drivers"])


@router.post("/drivers", status_code=201, responses=problems(409))
async def create(body: NewDriver, db: Db, key: IdempotencyKey = None) -> DriverView:
    async def make() -> str:
        return (await drivers.insert(tx, Driver(**dict(body)))).id

    async with db.begin() as tx:
        id = await once(tx, "anyone", "POST /drivers", key, body, make)
        return await _existing(tx, id)


@router.get("/drivers", responses=problems(400))
async def browse(db: Db, cursor: PageCursor) -> Page[DriverView]:
    page = await drivers.page(db, cursor)
    return page.map(DriverView.of)


@router.get("/drivers/{id}", responses=problems(404))
async def show(id: str, db: Db) -> DriverView:
    return await _existing(db, id)


@router.put("/drivers/{id}", responses=problems(404, 409))
async def replace(id: str, body: NewDriver, db: Db) -> DriverView:
    async with db.begin() as tx:
        await drivers.update(tx, id, **dict(body))
        return await _existing(tx, id)


@router.delete("/drivers/{id}", status_code=204, responses=problems(404))
async def remove(id: str, db: Db) -> None:
    async with db.begin() as tx:
        if not await drivers.delete(tx, id):
            raise HTTPException(404, "There is no driver with this id.")


async def _existing(db: Reader, id: str) -> DriverView:
    driver = await drivers.find(db, id)
    if driver is None:
        raise HTTPException(404, "There is no driver with this id.")
    return DriverView.of(driver)
