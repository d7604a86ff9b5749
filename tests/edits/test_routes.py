"""Routes that somebody writes: they are answered, described in full, and stay through what comes later."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blueprint.cli.main import run
from tests.conftest import copy_of
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop
from tests.support.programs import require

DOCUMENT = "docs/openapi.json"
PROJECTS = [
    Recipe("depot", "microservices"),
    pytest.param(Recipe("depot", "monolith"), marks=pytest.mark.exhaustive),
    pytest.param(Recipe("depot", "event-driven"), marks=pytest.mark.exhaustive),
    Recipe("e-commerce", "event-driven"),
    pytest.param(Recipe("e-commerce", "monolith"), marks=pytest.mark.exhaustive),
    pytest.param(Recipe("e-commerce", "microservices"), marks=pytest.mark.exhaustive),
]
SEARCH = {
    "depot": """

@router.get("/drivers/by-level/{level}", responses=problems(404))
async def of_level(level: int, db: Db, exact: bool = True) -> list[DriverView]:
    found = await drivers.find_by(db, level=level) if exact else []
    if not found:
        raise HTTPException(404, "There is no such driver.")
    return [DriverView.of(driver) for driver in found]
""",
    "e-commerce": """

class PriceList(BaseModel):
    prices: list[Money]


@router.get("/products/prices/{name}", responses=problems(404))
async def prices(name: Text, user_id: CurrentUser, db: Db, least: Money = 0) -> PriceList:
    found = await products.find_by(db, name=name)
    if not found:
        raise HTTPException(404, "No such product.")
    return PriceList(prices=[product.price for product in found if product.price >= least])
""",
}
EDITED = {
    "depot": (
        "src/depot/drivers/api.py",
        "/drivers/by-level/{level}",
        "level: int >= 1",
        "level: int >= 1, born: time?",
    ),
    "e-commerce": (
        "src/shop/products/api.py",
        "/products/prices/{name}",
        "stock: int >= 0",
        "stock: int >= 0, size: int?",
    ),
}
WEBHOOK = '''"""Pricing over HTTP."""

from fastapi import APIRouter

from depot.platform.http.problems import problems

router = APIRouter(prefix="/pricing", tags=["pricing"])


@router.post("/webhooks/fuel", status_code=202, responses=problems(401))
async def fuel_changed(body: dict[str, int]) -> dict[str, int]:
    return {"prices": len(body)}
'''

Start = Callable[[Recipe], Path]


@pytest.fixture
def start(workshop: Workshop, tmp_path: Path) -> Start:
    """A project in a repository, with its environment."""

    def begin(recipe: Recipe) -> Path:
        project = tmp_path / recipe.source
        copy_of(workshop.startable(recipe), project)
        git(project, "init", "--quiet")
        commit(project)
        return project

    return begin


def git(project: Path, *words: str) -> None:
    known = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    subprocess.run([require("git"), *known, *words], cwd=project, check=True, capture_output=True)


def commit(project: Path) -> None:
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message=Work")


def blueprint(*words: str) -> int:
    return run([*words, "--color", "never"])


def document(project: Path) -> Any:
    return json.loads((project / DOCUMENT).read_text())


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("recipe", PROJECTS, ids=str)
def test_a_route_with_query_parameters_stays_through_a_later_field(
    recipe: Recipe, start: Start, workshop: Workshop
) -> None:
    project = start(recipe)
    name, path, field, later = EDITED[recipe.source]
    api = project / name
    api.write_text(api.read_text() + SEARCH[recipe.source])
    there = str(project)

    assert blueprint("openapi", "--check", there) == 1
    assert blueprint("openapi", there) == 0
    route = document(project)["paths"][path]["get"]
    assert [each["name"] for each in route["parameters"]][1:] in (["exact"], ["least"])
    assert {"404", "422", "default"} <= route["responses"].keys()
    assert ("security" in route) == ("401" in route["responses"]) == (recipe.source == "e-commerce")
    commit(project)
    replace(project / "blueprint.yaml", field, later)

    for command in ("sync", "check", "undo", "sync", "check"):
        assert blueprint(command, there) == 0, command

    assert not list(project.rglob("*.blueprint-new"))
    assert document(project)["paths"][path]["get"] == route
    assert blueprint("openapi", "--check", there) == 0
    workshop.run_in(project, "pytest", "-q", "tests/test_documents.py")


def test_a_webhook_of_a_service_without_a_resource_is_mounted_and_routed(
    start: Start, workshop: Workshop
) -> None:
    project = start(Recipe("depot", "microservices"))
    (project / "src/depot/pricing/api.py").write_text(WEBHOOK)
    there = str(project)

    for command in ("sync", "openapi", "check"):
        assert blueprint(command, there) == 0, command

    assert "path /pricing /pricing/*" in (project / "deploy/Caddyfile").read_text()
    assert "path_beg /pricing/" in (project / "deploy/haproxy.cfg").read_text()
    assert "/pricing" in (project / "deploy/k8s/base/ingress.yaml").read_text()
    assert "401" in document(project)["paths"]["/pricing/webhooks/fuel"]["post"]["responses"]
    workshop.run_in(project, "pytest", "-q", "tests/test_documents.py")


def test_a_document_that_missed_a_change_of_the_spec_is_named(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    project = start(Recipe("depot", "monolith"))
    there = str(project)
    before = (project / DOCUMENT).read_bytes()
    replace(project / "blueprint.yaml", "level: int >= 1", "level: int >= 1, born: time?")
    assert blueprint("sync", there) == 0
    (project / DOCUMENT).write_bytes(before)  # as a merge may leave it
    capfd.readouterr()

    assert blueprint("check", there) == 1
    said = capfd.readouterr().err
    assert "the document lags behind blueprint.yaml: NewDriver, DriverView" in said

    assert blueprint("openapi", there) == 0
    assert blueprint("check", there) == 0


def test_code_that_cannot_be_imported_is_named_with_its_line(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    project = start(Recipe("depot", "monolith"))
    before = (project / DOCUMENT).read_bytes()
    api = project / "src/depot/drivers/api.py"
    api.write_text(api.read_text() + "\nimport nothing_of_that_name\n")
    line = len(api.read_text().splitlines())

    assert blueprint("openapi", str(project)) == 6
    said = capfd.readouterr().err
    assert "No module named 'nothing_of_that_name'" in said
    assert f"drivers/api.py:{line}" in said
    assert (project / DOCUMENT).read_bytes() == before
