"""Vehicles over HTTP."""

from fastapi import APIRouter, HTTPException

from depot.platform.database import Reader
from depot.platform.idempotency import IdempotencyKey, once
from depot.platform.pages import Page, PageCursor
from depot.platform.web import Db
from depot.vehicles.requests import NewVehicle
from depot.vehicles.resource import Vehicle, vehicles

router = APIRouter(prefix="/vehicles", tags=["vehicles"])


@router.post("", status_code=201)
async def create(body: NewVehicle, db: Db, key: IdempotencyKey = None) -> Vehicle:
    async def make() -> str:
        return (await vehicles.insert(tx, Vehicle(**dict(body)))).id

    async with db.begin() as tx:
        id = await once(tx, "anyone", "POST /vehicles", key, body, make)
        return await _existing(tx, id)


@router.get("")
async def browse(db: Db, cursor: PageCursor) -> Page[Vehicle]:
    return await vehicles.page(db, cursor)


@router.get("/{id}")
async def show(id: str, db: Db) -> Vehicle:
    return await _existing(db, id)


@router.put("/{id}")
async def replace(id: str, body: NewVehicle, db: Db) -> Vehicle:
    async with db.begin() as tx:
        await _existing(tx, id)
        await vehicles.update(tx, id, **dict(body))
        return await _existing(tx, id)


@router.delete("/{id}", status_code=204)
async def remove(id: str, db: Db) -> None:
    async with db.begin() as tx:
        if not await vehicles.delete(tx, id):
            raise HTTPException(404, "There is no vehicle with this id.")


async def _existing(db: Reader, id: str) -> Vehicle:
    vehicle = await vehicles.find(db, id)
    if vehicle is None:
        raise HTTPException(404, "There is no vehicle with this id.")
    return vehicle
