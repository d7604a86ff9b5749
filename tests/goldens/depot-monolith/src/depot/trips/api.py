"""Trips over HTTP."""

from fastapi import APIRouter, HTTPException

from depot.platform.http.idempotency import IdempotencyKey, once
from depot.platform.http.pages import Page, PageCursor
from depot.platform.http.problems import problems
from depot.platform.http.web import Db
from depot.platform.messaging.events import Publish
from depot.platform.storage.database import Reader
from depot.trips.messages import TripCreated
from depot.trips.requests import NewTrip
from depot.trips.resource import Trip, trips
from depot.trips.views import TripView

router = APIRouter(tags=["trips"])


@router.post("/trips", status_code=201, responses=problems(409))
async def create(body: NewTrip, db: Db, events: Publish, key: IdempotencyKey = None) -> TripView:
    async def make() -> str:
        trip = await trips.insert(tx, Trip(**dict(body)))
        created = TripCreated(trip_id=trip.id, **dict(trip))
        await events.publish(tx, "trips.created", trip.id, created.model_dump(mode="json"))
        return trip.id

    async with db.begin() as tx:
        id = await once(tx, "anyone", "POST /trips", key, body, make)
        return await _existing(tx, id)


@router.get("/trips", responses=problems(400))
async def browse(db: Db, cursor: PageCursor) -> Page[TripView]:
    page = await trips.page(db, cursor)
    return page.map(TripView.of)


@router.get("/trips/{id}", responses=problems(404))
async def show(id: str, db: Db) -> TripView:
    return await _existing(db, id)


@router.put("/trips/{id}", responses=problems(404, 409))
async def replace(id: str, body: NewTrip, db: Db) -> TripView:
    async with db.begin() as tx:
        await trips.update(tx, id, **dict(body))
        return await _existing(tx, id)


@router.delete("/trips/{id}", status_code=204, responses=problems(404))
async def remove(id: str, db: Db) -> None:
    async with db.begin() as tx:
        if not await trips.delete(tx, id):
            raise HTTPException(404, "There is no trip with this id.")


async def _existing(db: Reader, id: str) -> TripView:
    trip = await trips.find(db, id)
    if trip is None:
        raise HTTPException(404, "There is no trip with this id.")
    return TripView.of(trip)
