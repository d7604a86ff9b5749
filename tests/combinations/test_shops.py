"""Whatever is chosen with whatever: the shop starts, and a caller cannot tell what it is made of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.combinations.cases import PAIRWISE, SAMPLE, Case
from tests.databases.server import Postgres
from tests.generated.workshop import Workshop
from tests.support.contract import keep_contract

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("combinations of servers")]

CONTRACT = ("test_checkout.py", "test_idempotency.py", "test_errors.py")
WITHOUT_PASSWORDS = ("test_checkout.py", "test_ownership.py")
"""What says nothing of registrations and logins."""
WITHOUT_LONG_WAITS = ("-k", "not card_lost_reply and not cards_that_hang")
SECONDS = 400
WHERE_ORDERS_ARE = "SELECT schemaname FROM pg_tables WHERE tablename = 'orders'"


@pytest.mark.long
@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=str(case), marks=() if case in SAMPLE else pytest.mark.exhaustive)
        for case in PAIRWISE
    ],
)
def test_a_shop_keeps_its_contract(
    case: Case,
    workshop: Workshop,
    new_broker: Callable[[str], str],
    database_server: Callable[[str], Postgres],
) -> None:
    servers: dict[str, str] = {}
    if case.broker:
        servers["BROKER_URL"] = new_broker(case.broker)
    if case.database:
        servers["DATABASE_URL"] = database_server(case.database).new_database()

    flags = (*WITHOUT_LONG_WAITS, *case.flags)
    modules = WITHOUT_PASSWORDS if case.auth == "oidc" else CONTRACT
    keep_contract(workshop.startable(case.recipe), *modules, flags=flags, within=SECONDS, **servers)

    if case.database:
        database = database_server(case.database)
        [schema] = database.ask(servers["DATABASE_URL"], WHERE_ORDERS_ARE)
        assert database.ask(servers["DATABASE_URL"], f"SELECT count(*) > 0 FROM {schema}.orders") == ["t"]
