"""The shop runs on PostgreSQL, and a caller cannot tell: of this, tests/combinations has a sample."""

from __future__ import annotations

import pytest

from tests.conftest import PATTERNS
from tests.databases.conftest import shop_in
from tests.databases.server import Postgres
from tests.generated.workshop import Workshop
from tests.support.contract import keep_contract

SECONDS = 1500


@pytest.mark.exhaustive
@pytest.mark.timeout(SECONDS + 30)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_shop_keeps_all_of_its_contract(server: Postgres, workshop: Workshop, pattern: str) -> None:
    url = server.new_database()

    keep_contract(workshop.startable(shop_in(pattern)), within=SECONDS, DATABASE_URL=url, KILLS="20")
