"""Which web pages may read the answers of a running system in a browser: those of CORS_ORIGINS."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.conftest import copy_of
from tests.generated.recipes import PATTERNS, Recipe
from tests.generated.workshop import Workshop
from tests.support.system import System

SHOP, OTHER = "https://shop.example", "http://localhost:5173"
ASKED = {
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
}


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS)
def test_pages_that_are_named_may_and_others_may_not(
    workshop: Workshop, tmp_path: Path, pattern: str
) -> None:
    project = tmp_path / "project"
    copy_of(workshop.startable(Recipe("depot", pattern)), project)
    variables = {"CORS_ORIGINS": f"{SHOP},{OTHER}"}
    with System(project, tmp_path / "log", variables=variables) as system:
        for url in (system.url, *(worker.url for worker in system.workers)):
            with httpx.Client(base_url=url, timeout=30) as client:
                for origin in (SHOP, OTHER):
                    _check_named(client, origin)
                _check_stranger(client, "https://evil.example")


def _check_named(client: httpx.Client, origin: str) -> None:
    preflight = client.options("/drivers/7", headers={"Origin": origin, **ASKED})
    if preflight.status_code == 404:  # another process has these
        return
    assert (preflight.status_code, _told(preflight, "allow-origin")) == (200, [origin])
    assert "PUT" in _told(preflight, "allow-methods")[0]
    for name in ("authorization", "content-type", "idempotency-key"):
        assert name in _told(preflight, "allow-headers")[0].lower()
    for answer in (
        client.get("/drivers", headers={"Origin": origin}),
        client.get("/drivers/no", headers={"Origin": origin}),
    ):
        assert (_told(answer, "allow-origin"), _told(answer, "allow-credentials")) == ([origin], ["true"])


def _check_stranger(client: httpx.Client, origin: str) -> None:
    preflight = client.options("/drivers/7", headers={"Origin": origin, **ASKED})
    assert preflight.status_code in (404, 405)
    for answer in (preflight, client.get("/drivers", headers={"Origin": origin})):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def _told(answer: httpx.Response, what: str) -> list[str]:
    """All headers of this name: a browser takes no answer that has it twice."""
    return answer.headers.get_list(f"access-control-{what}")
