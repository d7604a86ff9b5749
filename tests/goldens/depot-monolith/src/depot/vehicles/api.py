"""Vehicles over HTTP."""

from fastapi import APIRouter, HTTPException

from depot.platform.http.idempotency import IdempotencyKey, once
from depot.platform.http.pages import Page, PageCursor
from depot.platform.http.problems import problems
from depot.platform.http.web import Db
from depot.platform.storage.database import Reader
from depot.vehicles.requests import NewVehicle
from depot.vehicles.resource import Vehicle, vehicles
from depot.vehicles.views import VehicleView

router = APIRouter(tags=["vehicles"])


@router.post("/vehicles", status_code=201, responses=problems(409))
async def create(body: NewVehicle, db: Db, key: IdempotencyKey = None) -> VehicleView:
    async def make() -> str:
        return (await vehicles.insert(tx, Vehicle(**dict(body)))).id

    async with db.begin() as tx:
        id = await once(tx, "anyone", "POST /vehicles", key, body, make)
        return await _existing(tx, id)


@router.get("/vehicles", responses=problems(400))
async def browse(db: Db, cursor: PageCursor) -> Page[VehicleView]:
    page = await vehicles.page(db, cursor)
    return page.map(VehicleView.of)


@router.get("/vehicles/{id}", responses=problems(404))
async def show(id: str, db: Db) -> VehicleView:
    return await _existing(db, id)


@router.put("/vehicles/{id}", responses=problems(404, 409))
async def replace(id: str, body: NewVehicle, db: Db) -> VehicleView:
    async with db.begin() as tx:
        await vehicles.update(tx, id, **dict(body))
        return await _existing(tx, id)


@router.delete("/vehicles/{id}", status_code=204, responses=problems(404))
async def remove(id: str, db: Db) -> None:
    async with db.begin() as tx:
        if not await vehicles.delete(tx, id):
            raise HTTPException(404, "There is no vehicle with this id.")


async def _existing(db: Reader, id: str) -> VehicleView:
    vehicle = await vehicles.find(db, id)
    if vehicle is None:
        raise HTTPException(404, "There is no vehicle with this id.")
    return VehicleView.of(vehicle)
