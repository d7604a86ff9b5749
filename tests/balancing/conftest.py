"""Projects whose gateways are tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import shop_in


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop as microservices that find each other by DNS."""
    return shop_in(tmp_path_factory.mktemp("dns") / "shop", "microservices", "dns")


@pytest.fixture(scope="session")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop as microservices that find each other by a registry."""
    return shop_in(tmp_path_factory.mktemp("eureka") / "shop", "microservices", "eureka")
