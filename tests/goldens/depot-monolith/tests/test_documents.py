"""docs/openapi.json matches the application, and the gateways retry only idempotent requests."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from depot.entrypoints.openapi import document

PROJECT = Path(__file__).parents[1]
WRITTEN = PROJECT / "docs" / "openapi.json"


def test_the_document_matches_the_application() -> None:
    assert json.loads(WRITTEN.read_text()) == document(), "docs/openapi.json is outdated, run: blueprint openapi"


def takes_key(operation: dict[str, Any]) -> bool:
    return any(parameter["name"].lower() == "idempotency-key" for parameter in operation.get("parameters", ()))


@pytest.mark.parametrize(("file", "matcher"), [("Caddyfile", "path_regexp"), ("haproxy.cfg", "path_reg")])
def test_gateways_retry_a_post_only_with_an_idempotency_key(file: str, matcher: str) -> None:
    match = re.search(rf"{matcher} (\S+)", (PROJECT / "deploy" / file).read_text())
    retried = re.compile(match[1] if match else r"(?!)")
    posts = {path: item["post"] for path, item in document()["paths"].items() if "post" in item}
    hint = f"after {matcher} in deploy/{file}, list exactly the paths whose POST takes an IdempotencyKey"

    assert {path for path in posts if retried.match(path)} == {
        path for path, post in posts.items() if takes_key(post)
    }, hint
