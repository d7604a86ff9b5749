"""What a document says a client may send twice."""

from __future__ import annotations

import re
from typing import Any

import pytest

from blueprint.documents import openapi
from blueprint.documents.repeating import posts_with_key
from blueprint.spec.load import load_spec
from tests.unit.documents.specs import SHOP

KEY = {"name": "Idempotency-Key", "in": "header"}


def document(post: Any, **item: Any) -> Any:
    components = {"parameters": {"Key": KEY, "Limit": {"name": "limit", "in": "query"}}}
    return {"paths": {"/orders": {"post": post, **item}}, "components": components}


@pytest.mark.parametrize(
    "parameter",
    [KEY, {"name": "idempotency-key", "in": "header"}, {"$ref": "#/components/parameters/Key"}],
    ids=["written out", "in small letters", "by reference"],
)
def test_a_post_that_takes_a_key_may_be_sent_twice(parameter: Any) -> None:
    limit = {"$ref": "#/components/parameters/Limit"}

    assert posts_with_key(document({"parameters": [limit, parameter]})) == "^(/orders)$"
    assert posts_with_key(document({}, parameters=[parameter])) == "^(/orders)$"


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"paths": []},
        document({}),
        document({"parameters": [{"name": "Idempotency-Key", "in": "query"}]}),
        document({"parameters": [{"$ref": "#/components/parameters/Nothing"}]}),
        document({}, put={"parameters": [KEY]}),
        {"paths": {"/orders": {"parameters": [KEY], "get": {}}}},
    ],
)
def test_nothing_else_may_be(written: Any) -> None:
    assert posts_with_key(written) is None


def test_a_part_of_a_path_that_varies_is_one_part() -> None:
    paths = ("/orders/{id}/lines", "/order-items")
    found = posts_with_key({"paths": {path: {"post": {"parameters": [KEY]}} for path in paths}})

    assert found is not None
    assert [bool(re.match(found, path)) for path in ("/orders/1/lines", "/order-items")] == [True, True]
    for path in (
        "/orders/1/2/lines",
        "/orders//lines",
        "/orders/1/lines/2",
        "/order-items/1",
        "/x/order-items",
    ):
        assert not re.match(found, path)


def test_every_collection_of_a_default_service_is_found() -> None:
    assert (
        posts_with_key(openapi(load_spec(SHOP, "blueprint.yaml"), "1"))
        == "^(/products|/orders|/users|/users/[^/]+/close)$"
    )
