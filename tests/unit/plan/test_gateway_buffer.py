"""HAProxy answers with the OpenAPI document from a buffer, so this one grows with it."""

from __future__ import annotations

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.plan.api import gateway_buffer
from blueprint.plan.planner import make_plan
from blueprint.spec.load import load_spec

HEAD = "version: 1\nname: mall\npattern: monolith\nstack: fastapi\nservices:\n"


@pytest.mark.parametrize(("services", "size"), [(1, 131_072), (30, 1_048_576)])
def test_the_document_and_as_many_routes_again_fit_into_the_buffer(services: int, size: int) -> None:
    fields = "{a: str, b: int, c: money?, d: 'list[str]', e: time}"
    text = HEAD + "".join(f"  s{number}s: {{resource: {fields}}}\n" for number in range(services))

    assert gateway_buffer(make_plan(load_spec(text, "blueprint.yaml"), load_catalog(), text)) == size
