from httpx import AsyncClient


async def test_messages_are_kept(system: AsyncClient) -> None:
    body: dict[str, object] = {"trip_id": "trip id", "driver": "driver"}

    created = await system.post("/messages", json=body)

    assert created.status_code == 201
    assert (await system.get(f"/messages/{created.json()['id']}")).status_code == 200
