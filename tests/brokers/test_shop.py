"""The shop runs on this broker, and a caller cannot tell: a sample of the suite that every pattern passes."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from secrets import token_hex

import pytest

from blueprint.cli.drafting import Options
from tests.brokers.generated import write
from tests.brokers.servers import Offer, Server
from tests.support.contract import keep_contract

pytestmark = pytest.mark.in_turns(2)

SAMPLE = ("test_checkout.py", "test_kills.py", "test_traces.py")
SECONDS = 500


@pytest.mark.long
@pytest.mark.timeout(SECONDS + 30)
def test_the_shop_keeps_its_contract_while_processes_are_killed(
    offer: Offer, server: Server, tmp_path: Path
) -> None:
    shop = tmp_path / "shop"
    options = Options("shop", "event-driven", "fastapi", "e-commerce", broker=offer.broker)
    write(options, shop, offer.packs)
    variables = {"BROKER_URL": server.url(f"shop{token_hex(4)}"), "KILLS": os.environ.get("KILLS", "4")}

    said = keep_contract(shop, *SAMPLE, within=SECONDS, **variables)

    [counts] = re.findall("[0-9]+ orders, .*", said)
    sys.stdout.write(f"{offer.id}: {counts}\n")
