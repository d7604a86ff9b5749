"""A shop in each pattern whose tokens come from a provider of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.auth.provider import Provider
from tests.conftest import PATTERNS
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop
from tests.support.shop import Shop, open_shop
from tests.support.system import System


def settings(provider: Provider) -> dict[str, str]:
    return {"OIDC_ISSUER": provider.url, "OIDC_AUDIENCE": "shop"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture(scope="module", params=PATTERNS)
def shop(
    request: pytest.FixtureRequest,
    provider: Provider,
    workshop: Workshop,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    """Nobody in particular; `with_token` makes a user."""
    project = workshop.startable(Recipe("e-commerce", request.param, auth="oidc"))
    log = tmp_path_factory.mktemp("oidc") / "run.log"
    with System(project, Path(log), variables=settings(provider)) as system, open_shop(system.url) as shop:
        yield shop
