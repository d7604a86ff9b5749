"""Where a challenge is said to be answered, a generated project has a file."""

from __future__ import annotations

from functools import cache

import pytest

from blueprint.cli.project_context import built_parts
from tests.generated.recipes import GOLDENS, Recipe, tree_of
from tests.support.comparisons import base

SHOPS = {recipe.pattern: recipe for recipe in GOLDENS if str(recipe).startswith("e-commerce")}


@cache
def files_of(recipe: Recipe) -> frozenset[str]:
    return frozenset(str(path) for path in tree_of(recipe))


@pytest.mark.parametrize("pattern", SHOPS)
@pytest.mark.parametrize("challenge", base().challenges)
def test_a_challenge_is_answered_where_it_is_said(challenge: str, pattern: str) -> None:
    spot = base().challenges[challenge].places.get(pattern)
    if spot is None:
        assert pattern not in base().challenges[challenge].of
    else:
        assert spot.path.format(package="shop") in files_of(SHOPS[pattern])


@pytest.mark.parametrize("pattern", SHOPS)
def test_what_lies_between_patterns_is_where_it_is_said(pattern: str) -> None:
    place = base().patterns[pattern].hybrid.place
    assert place.format(package="shop") in files_of(SHOPS[pattern])


def test_whether_a_tool_can_be_had_is_asked_of_the_catalogue() -> None:
    kafka = base().tools["kafka"]
    assert kafka.is_built(frozenset({"broker/kafka"}))
    assert not kafka.is_built(frozenset({"broker/embedded"}))
    assert kafka.is_built(built_parts()) == ("broker/kafka" in built_parts())


@pytest.mark.parametrize(
    "id", ["static-addresses", "caddy", "embedded-log", "saga", "choreography", "opentelemetry"]
)
def test_what_every_project_has_is_not_called_planned(id: str) -> None:
    assert base().tools[id].is_built(built_parts())
