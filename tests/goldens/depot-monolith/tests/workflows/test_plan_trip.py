import asyncio
from uuid import uuid4

from httpx import AsyncClient


async def test_plan_trip_comes_to_an_end(system: AsyncClient) -> None:
    body: dict[str, object] = {
        "code": uuid4().hex,
        "driver": "driver",
        "start": {"street": "street", "number": 1},
        "stops": [{"at": {"street": "street", "number": 1}, "when": "2030-01-31T12:00:00Z", "note": "note"}],
        "distance": 10,
        "express": True,
        "leaves": "2030-01-31T12:00:00Z",
    }
    trip = (await system.post("/trips", json=body)).json()

    async with asyncio.timeout(20):
        while trip["status"] == "pending":
            await asyncio.sleep(0.02)
            trip = (await system.get(f"/trips/{trip['id']}")).json()

    assert trip["status"] == "confirmed"
