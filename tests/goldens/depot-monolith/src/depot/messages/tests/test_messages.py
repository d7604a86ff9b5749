from conftest import serve
from depot import messages


def new_message() -> dict[str, object]:
    return {"trip_id": "trip id", "driver": "driver"}


async def test_what_was_created_can_be_read_again() -> None:
    async with serve(messages.service) as client:
        created = (await client.post("/messages", json=new_message())).json()

        assert (await client.get(f"/messages/{created['id']}")).json() == created


async def test_the_list_comes_in_pages() -> None:
    async with serve(messages.service) as client:
        ids = [(await client.post("/messages", json=new_message())).json()["id"] for _ in range(3)]

        first = (await client.get("/messages", params={"limit": 2})).json()
        second = (await client.get("/messages", params={"limit": 2, "cursor": first["next_cursor"]})).json()

        assert [item["id"] for item in first["items"] + second["items"]] == ids
        assert second["next_cursor"] is None


async def test_what_was_replaced_is_kept() -> None:
    async with serve(messages.service) as client:
        created = (await client.post("/messages", json=new_message())).json()

        changed = await client.put(f"/messages/{created['id']}", json=new_message())

        assert changed.status_code == 200
        assert (await client.get(f"/messages/{created['id']}")).json() == changed.json()


async def test_what_was_removed_is_gone() -> None:
    async with serve(messages.service) as client:
        created = (await client.post("/messages", json=new_message())).json()

        assert (await client.delete(f"/messages/{created['id']}")).status_code == 204
        assert (await client.get(f"/messages/{created['id']}")).status_code == 404


async def test_the_same_idempotency_key_creates_once() -> None:
    async with serve(messages.service) as client:
        body = new_message()
        answers = [await client.post("/messages", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]

        assert answers[0].json() == answers[1].json()
        assert len((await client.get("/messages")).json()["items"]) == 1


async def test_a_missing_field_is_named() -> None:
    async with serve(messages.service) as client:
        answer = await client.post("/messages", json={})

        assert answer.status_code == 422
        assert "trip_id" in [error["field"] for error in answer.json()["errors"]]
