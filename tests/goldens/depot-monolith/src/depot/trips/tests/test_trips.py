from uuid import uuid4

from conftest import serve
from depot import trips


def new_trip() -> dict[str, object]:
    return {
        "code": uuid4().hex,
        "driver": "driver",
        "start": {"street": "street", "number": 1},
        "stops": [{"at": {"street": "street", "number": 1}, "when": "2030-01-31T12:00:00Z", "note": "note"}],
        "distance": 10,
        "express": True,
        "leaves": "2030-01-31T12:00:00Z",
    }


async def test_what_was_created_can_be_read_again() -> None:
    async with serve(trips.service) as client:
        created = (await client.post("/trips", json=new_trip())).json()

        assert (await client.get(f"/trips/{created['id']}")).json() == created


async def test_the_list_comes_in_pages() -> None:
    async with serve(trips.service) as client:
        ids = [(await client.post("/trips", json=new_trip())).json()["id"] for _ in range(3)]

        first = (await client.get("/trips", params={"limit": 2})).json()
        second = (await client.get("/trips", params={"limit": 2, "cursor": first["next_cursor"]})).json()

        assert [item["id"] for item in first["items"] + second["items"]] == ids
        assert second["next_cursor"] is None


async def test_what_was_replaced_is_kept() -> None:
    async with serve(trips.service) as client:
        created = (await client.post("/trips", json=new_trip())).json()

        changed = await client.put(f"/trips/{created['id']}", json=new_trip())

        assert changed.status_code == 200
        assert (await client.get(f"/trips/{created['id']}")).json() == changed.json()


async def test_what_was_removed_is_gone() -> None:
    async with serve(trips.service) as client:
        created = (await client.post("/trips", json=new_trip())).json()

        assert (await client.delete(f"/trips/{created['id']}")).status_code == 204
        assert (await client.get(f"/trips/{created['id']}")).status_code == 404


async def test_the_same_idempotency_key_creates_once() -> None:
    async with serve(trips.service) as client:
        body = new_trip()
        answers = [await client.post("/trips", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]

        assert answers[0].json() == answers[1].json()
        assert len((await client.get("/trips")).json()["items"]) == 1


async def test_a_missing_field_is_named() -> None:
    async with serve(trips.service) as client:
        answer = await client.post("/trips", json={})

        assert answer.status_code == 422
        assert "code" in [error["field"] for error in answer.json()["errors"]]
