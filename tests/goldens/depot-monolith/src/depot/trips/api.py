"""Trips over HTTP."""

from fastapi import APIRouter, HTTPException

from depot.platform.database import Reader
from depot.platform.events import Publish
from depot.platform.idempotency import IdempotencyKey, once
from depot.platform.pages import Page, PageCursor
from depot.platform.web import Db
from depot.trips.messages import TripCreated
from depot.trips.requests import NewTrip
from depot.trips.resource import Trip, trips

router = APIRouter(prefix="/trips", tags=["trips"])


@router.post("", status_code=201)
async def create(body: NewTrip, db: Db, events: Publish, key: IdempotencyKey = None) -> Trip:
    async def make() -> str:
        trip = await trips.insert(tx, Trip(**dict(body)))
        created = TripCreated(trip_id=trip.id, **dict(trip))
        await events.publish(tx, "trips.created", trip.id, created.model_dump(mode="json"))
        return trip.id

    async with db.begin() as tx:
        id = await once(tx, "anyone", "POST /trips", key, body, make)
        return await _existing(tx, id)


@router.get("")
async def browse(db: Db, cursor: PageCursor) -> Page[Trip]:
    return await trips.page(db, cursor)


@router.get("/{id}")
async def show(id: str, db: Db) -> Trip:
    return await _existing(db, id)


@router.put("/{id}")
async def replace(id: str, body: NewTrip, db: Db) -> Trip:
    async with db.begin() as tx:
        await _existing(tx, id)
        await trips.update(tx, id, **dict(body))
        return await _existing(tx, id)


@router.delete("/{id}", status_code=204)
async def remove(id: str, db: Db) -> None:
    async with db.begin() as tx:
        if not await trips.delete(tx, id):
            raise HTTPException(404, "There is no trip with this id.")


async def _existing(db: Reader, id: str) -> Trip:
    trip = await trips.find(db, id)
    if trip is None:
        raise HTTPException(404, "There is no trip with this id.")
    return trip
