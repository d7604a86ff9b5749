"""The pages of `blueprint run` are on no other server: both gateways, and all files for deployments."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from blueprint.report.pages.server import ADDRESS
from blueprint.runtime.description import read_description
from tests.balancing import fronts
from tests.generated.recipes import PATTERNS, Recipe, combinations
from tests.generated.workshop import Workshop

GATEWAYS = [fronts.caddy, fronts.haproxy]
PAGES = ("/", "/docs", "/docs/", "/docs/pages.js", "/docs/asyncapi.json", "/docs/token")
ALL = [*combinations("blank")]
RECIPES = [each for pattern in PATTERNS for each in [one for one in ALL if one.pattern == pattern][::24]]
"""Some of each pattern: with each database, broker and discovery."""

Front = Callable[[Path, fronts.Ports, Path], AbstractContextManager[str]]


def ports_of(project: Path) -> fronts.Ports:
    """All processes, at a port where none answers."""
    description = read_description(project)
    return {program.name: [1] for program in description.programs if program.name != description.entry}


@pytest.mark.slow
@pytest.mark.parametrize("front", GATEWAYS, ids=lambda front: front.__name__)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_gateway_has_no_pages_by_itself(
    pattern: str, front: Front, workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ADDRESS, raising=False)
    project = workshop.project(Recipe("e-commerce", pattern))
    with front(project, ports_of(project), tmp_path) as url:
        for path in PAGES:
            for method in ("GET", "POST"):
                answer = httpx.request(method, url + path, trust_env=False)
                assert (path, answer.status_code) == (path, 404)
                assert answer.headers["content-type"] == "application/problem+json"
        assert httpx.get(f"{url}/openapi.json", trust_env=False).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_no_file_of_a_project_turns_the_pages_on(recipe: Recipe, workshop: Workshop) -> None:
    project = workshop.project(recipe)
    naming = {
        str(file.relative_to(project))
        for file in project.rglob("*")
        if file.is_file() and ADDRESS.encode() in file.read_bytes() and ".git/" not in str(file)
    }
    assert naming - {".blueprint/base.jsonl"} == {"README.md", "deploy/Caddyfile"}
    text = (project / "README.md").read_text()
    assert f"`{ADDRESS}`" in text
