from httpx import AsyncClient


async def test_drivers_are_kept(system: AsyncClient) -> None:
    body: dict[str, object] = {"name": "name", "level": 1}

    created = await system.post("/drivers", json=body)

    assert created.status_code == 201
    assert (await system.get(f"/drivers/{created.json()['id']}")).status_code == 200
