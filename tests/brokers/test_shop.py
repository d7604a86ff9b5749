"""The shop runs on this broker, and a caller cannot tell: a sample of the suite that every pattern passes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from secrets import token_hex

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source
from tests.brokers.generated import write_project
from tests.brokers.servers import Offer, Server

CONTRACT = Path(__file__).parents[1] / "contract"
SAMPLE = ("test_checkout.py", "test_kills.py", "test_traces.py")
SECONDS = 500


def make_shop(broker: str, folder: Path) -> None:
    preset = load_catalog().find("preset", "e-commerce", "fastapi")
    assert preset
    write_project(preset_source(preset, "shop", "event-driven", "fastapi", broker=broker), folder)


@pytest.mark.timeout(SECONDS + 30)
def test_the_shop_keeps_its_contract_while_processes_are_killed(
    offer: Offer, server: Server, tmp_path: Path
) -> None:
    make_shop(offer.broker, tmp_path / "shop")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    environment.setdefault("KILLS", "4")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "-n", "0"),
            *(str(CONTRACT / name) for name in SAMPLE),
            f"--project={tmp_path / 'shop'}",
        ],
        env={**environment, "BROKER_URL": server.url(f"shop{token_hex(4)}")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )

    assert done.returncode == 0, done.stdout[-6000:]
    [counts] = re.findall("[0-9]+ orders, .*", done.stdout)
    sys.stdout.write(f"{offer.id}: {counts}\n")
