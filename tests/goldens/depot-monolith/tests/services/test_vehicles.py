from httpx import AsyncClient


async def test_vehicles_are_kept(system: AsyncClient) -> None:
    body: dict[str, object] = {"trip_id": "trip id", "express": True}

    created = await system.post("/vehicles", json=body)

    assert created.status_code == 201
    assert (await system.get(f"/vehicles/{created.json()['id']}")).status_code == 200
