"""A running shop in each pattern, whose files the tests of a module save."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import PATTERNS, copy_of
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop
from tests.reload.stage import Stage, staged


@pytest.fixture(scope="module", params=PATTERNS)
def stage(
    request: pytest.FixtureRequest, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Under `blueprint run --watch`. Each test leaves the files as they were."""
    folder = tmp_path_factory.mktemp("reload") / "shop"
    copy_of(workshop.startable(Recipe("e-commerce", request.param)), folder)
    with staged(folder, "--watch") as running:
        yield running
