from conftest import as_user, serve
from shop import orders

ORDER = {"items": [{"product_id": "lamp", "quantity": 1}], "payment_method": "card"}


async def test_an_order_is_visible_to_its_owner_only() -> None:
    async with serve(orders.service) as client:
        order = (await client.post("/orders", json=ORDER, headers=as_user("ada"))).json()

        assert (await client.get(f"/orders/{order['id']}", headers=as_user("ada"))).json() == order
        assert (await client.get(f"/orders/{order['id']}", headers=as_user("eve"))).status_code == 404
        assert (await client.get("/orders", headers=as_user("eve"))).json()["items"] == []


async def test_the_newest_order_comes_first() -> None:
    async with serve(orders.service) as client:
        ids = [(await client.post("/orders", json=ORDER, headers=as_user("ada"))).json()["id"] for _ in range(3)]

        listed = (await client.get("/orders", headers=as_user("ada"))).json()["items"]

        assert [order["id"] for order in listed] == ids[::-1]


async def test_a_repeated_idempotency_key_creates_one_order() -> None:
    async with serve(orders.service) as client:
        headers = {**as_user("ada"), "Idempotency-Key": "k"}
        first = await client.post("/orders", json=ORDER, headers=headers)
        again = await client.post("/orders", json=ORDER, headers=headers)
        other = await client.post("/orders", json={**ORDER, "payment_method": "card_slow"}, headers=headers)

        assert again.json() == first.json()
        assert other.status_code == 422


async def test_idempotency_keys_are_separate_per_user() -> None:
    async with serve(orders.service) as client:
        answers = [
            await client.post("/orders", json=ORDER, headers={**as_user(user), "Idempotency-Key": "k"})
            for user in ("ada", "eve")
        ]

        assert answers[0].json()["id"] != answers[1].json()["id"]
