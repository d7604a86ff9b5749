from conftest import as_user, new_database, serve
from shop import payments
from shop.payments.resource import Payment
from shop.payments.resource import payments as stored


async def test_payments_are_visible_to_their_owner() -> None:
    async with new_database(payments.service) as database, serve(payments.service, database) as client:
        async with database.begin() as tx:
            await stored.insert(tx, Payment(order_id="o1", user_id="ada", amount=5, status="captured"))

        of_ada = (await client.get("/payments", params={"order_id": "o1"}, headers=as_user("ada"))).json()
        of_eve = (await client.get("/payments", params={"order_id": "o1"}, headers=as_user("eve"))).json()

        assert [payment["amount"] for payment in of_ada["items"]] == [5]
        assert of_eve == {"items": []}


async def test_payments_require_a_token() -> None:
    async with serve(payments.service) as client:
        assert (await client.get("/payments", params={"order_id": "o1"})).status_code == 401
