"""docs/openapi.json says what the services answer."""

import json
from pathlib import Path
from typing import Any

from shop.entrypoints.openapi import document

WRITTEN = Path(__file__).parents[1] / "docs" / "openapi.json"


def operations(openapi: dict[str, Any]) -> set[str]:
    return {f"{method.upper()} {path}" for path, methods in openapi["paths"].items() for method in methods}


def test_every_route_is_documented_and_no_other() -> None:
    hint = "run: python -m shop.entrypoints.openapi > docs/openapi.json"

    assert operations(json.loads(WRITTEN.read_text())) == operations(document()), hint
