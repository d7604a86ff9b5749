"""docs/openapi.json says what the code that follows from the spec answers, down to the limits of a field."""

from __future__ import annotations

import json

import pytest

from blueprint.tree import RelPath
from tests.generated.promises import promises
from tests.generated.recipes import RECIPES, Recipe, drafted, tree_of
from tests.generated.workshop import Workshop

BY_DEFAULT = [recipe for recipe in RECIPES if not recipe.is_handwritten]


@pytest.mark.slow
@pytest.mark.parametrize("recipe", BY_DEFAULT, ids=str)
def test_the_document_is_what_is_served(recipe: Recipe, workshop: Workshop) -> None:
    module = f"{drafted(recipe).spec.name.snake}.entrypoints.openapi"

    written = promises(json.loads(tree_of(recipe)[RelPath("docs/openapi.json")].content))
    served = promises(json.loads(workshop.run(recipe, "python", "-m", module, pythonpath="src")))

    assert sorted(written - served) == sorted(served - written) == []


def document(price: str, *required: str) -> dict[str, object]:
    body = {"type": "object", "properties": {"price": json.loads(price)}, "required": list(required)}
    content = {"content": {"application/json": {"schema": body}}}
    return {"paths": {"/lamps": {"post": {"requestBody": content, "responses": {"201": {}}}}}}


@pytest.mark.parametrize(
    "other",
    [
        document('{"type": "integer", "minimum": 1}', "price"),
        document('{"type": "integer", "minimum": 0}'),
        document('{"type": ["integer", "null"], "minimum": 0}', "price"),
        {"paths": {}},
    ],
    ids=["bound", "required", "null", "route"],
)
def test_a_difference_is_seen(other: dict[str, object]) -> None:
    one = document('{"type": "integer", "minimum": 0}', "price")

    assert promises(one) != promises(other)
