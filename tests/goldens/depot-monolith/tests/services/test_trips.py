from uuid import uuid4

from httpx import AsyncClient


async def test_trips_are_kept(system: AsyncClient) -> None:
    body: dict[str, object] = {
        "code": uuid4().hex,
        "driver": "driver",
        "start": {"street": "street", "number": 1},
        "stops": [{"at": {"street": "street", "number": 1}, "when": "2030-01-31T12:00:00Z", "note": "note"}],
        "distance": 10,
        "express": True,
        "leaves": "2030-01-31T12:00:00Z",
    }

    created = await system.post("/trips", json=body)

    assert created.status_code == 201
    assert (await system.get(f"/trips/{created.json()['id']}")).status_code == 200
