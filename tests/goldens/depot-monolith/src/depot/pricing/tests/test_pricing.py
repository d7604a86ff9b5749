from conftest import new_database
from depot import pricing
from depot.pricing import actions
from depot.pricing.messages import Quote, Withdraw


async def test_quote_can_be_done() -> None:
    command = Quote.model_validate(
        {
            "stops": [{"at": {"street": "street", "number": 1}, "when": "2030-01-31T12:00:00Z", "note": "note"}],
            "plate": "plate",
        }
    )
    receipt = await actions.call_quote(command)
    async with new_database(pricing.service) as database, database.begin() as tx:
        await actions.quote.run(tx, command, receipt)


async def test_withdraw_can_be_done() -> None:
    command = Withdraw.model_validate(
        {
            "stops": [{"at": {"street": "street", "number": 1}, "when": "2030-01-31T12:00:00Z", "note": "note"}],
            "plate": "plate",
            "price": 1,
        }
    )
    receipt = await actions.call_withdraw(command)
    async with new_database(pricing.service) as database, database.begin() as tx:
        await actions.withdraw.run(tx, command, receipt)
