"""A route of the spec without a function, or behind another one, is named by the project's own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.conftest import copy_of
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop

API = "src/depot/drivers/api.py"
FUNCTION = """

@router.get("/drivers/latest")
async def latest() -> str:
    return "latest"
"""


def said_by_tests(project: Path, workshop: Workshop) -> str:
    """What pytest says."""
    with pytest.raises(AssertionError) as failed:
        workshop.run_in(project, "pytest", "-q", "tests/test_routes.py")
    return str(failed.value)


def test_what_a_later_route_lacks_is_named(workshop: Workshop, tmp_path: Path) -> None:
    project = tmp_path / "depot"
    copy_of(workshop.project(Recipe("depot", "monolith")), project)
    spec, api = project / "blueprint.yaml", project / API
    written, before = spec.read_text(), api.read_text()
    spec.write_text(written.replace("  drivers:\n", "  drivers:\n    routes: {GET /drivers/latest: {}}\n", 1))
    assert spec.read_text() != written
    assert run(["sync", str(project)]) == 0
    assert api.read_text() == before

    assert (
        "/drivers/{id} handles GET /drivers/latest: move /drivers/latest above it in " + API
        in said_by_tests(project, workshop)
    )

    router = 'router = APIRouter(tags=["drivers"])\n'
    assert router in before
    api.write_text(before.replace(router, f"{router}{FUNCTION}", 1))
    workshop.run_in(project, "pytest", "-q", "tests/test_routes.py")

    spec.write_text(spec.read_text().replace("GET /drivers/latest: {}", "WS /feed: {}", 1))
    assert run(["sync", str(project)]) == 0
    said = f'no route handles WS /feed: add @router.websocket("/feed") to {API}'
    assert said in said_by_tests(project, workshop)
