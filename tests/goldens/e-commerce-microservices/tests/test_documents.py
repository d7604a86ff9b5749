"""docs/openapi.json says what the services answer."""

import json
from pathlib import Path
from typing import Any

from shop.entrypoints.openapi import document

WRITTEN = Path(__file__).parents[1] / "docs" / "openapi.json"
METHODS = {"get", "post", "put", "patch", "delete"}


def operations(openapi: dict[str, Any]) -> set[str]:
    return {f"{method} {path}" for path, item in openapi["paths"].items() for method in METHODS & item.keys()}


def test_every_route_is_documented_and_no_other() -> None:
    hint = "run: PYTHONPATH=src python -m shop.entrypoints.openapi > docs/openapi.json"

    assert operations(json.loads(WRITTEN.read_text())) == operations(document()), hint
