"""docs/openapi.json is byte for byte what the application says of itself, until somebody edits its code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source
from blueprint.documents.text import to_json
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import RelPath
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination
from tests.generated.recipes import RECIPES, Recipe, drafted, tree_of
from tests.generated.workshop import Workshop
from tests.tools.regen_presets import parts_of

pytestmark = pytest.mark.slow

WRITTEN = RelPath("docs/openapi.json")

# Types that are called as models of the kit and of the shop are, some of them taken and answered.
TYPES = """
  profile: {name: str}
  profile_view: {x: int, e: field_error?}
  problem: {what: str, line: line, place: row_error}
  field_error: {a: str}
  row_error: {t: time}
"""
SERVICES = """
  shelves:
    resource: {note: str?, parts: "list[line]", p: profile, pr: problem?, view: profile_view}
  profiles-of-all:
    resource: {title: str, p: "list[problem]", place: row_error?}
  pages:
    resource: {class: str, json: "int? >= 1000000000000", n: row_error?}
"""


def served(said: str) -> str:
    return to_json(json.loads(said))


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_the_document_is_what_the_application_says(recipe: Recipe, workshop: Workshop) -> None:
    module = f"{drafted(recipe).spec.name.package}.entrypoints.openapi"

    said = workshop.run(recipe, "python", "-W", "error", "-m", module, pythonpath="src")

    assert tree_of(recipe)[WRITTEN].content.decode() == served(said)


@pytest.mark.parametrize("preset", ["e-commerce", None])
def test_models_of_one_name_are_told_apart_as_the_application_does(
    preset: str | None, workshop: Workshop, tmp_path: Path
) -> None:
    catalog = load_catalog()
    shop = catalog.find("preset", "e-commerce", "fastapi")
    assert shop
    text = preset_source(shop, "shop", "monolith", "fastapi")
    text = text.replace("types:\n", f"types:{TYPES}", 1).replace("\nworkflows:", f"{SERVICES}\nworkflows:", 1)
    text = text.replace("quantity: int >= 1}", "quantity: int >= 1, gift: bool?}")
    if preset is None:
        text = text.replace("preset: e-commerce\n", "")
    tree = render(make_plan(load_spec(text, "blueprint.yaml"), catalog, text))
    project = create_project(tree, check_destination(tmp_path / "shop"), __version__, git=False).path

    said = workshop.run_in(
        project, "python", "-W", "error", "-m", "shop.entrypoints.openapi", pythonpath=str(project / "src")
    )

    assert "shop__platform__http__problems__Problem" in said
    assert tree[WRITTEN].content.decode() == served(said)


@pytest.mark.parametrize("auth", ["password", "oidc"])
def test_the_document_of_a_preset_is_that_of_its_application(auth: str, workshop: Workshop) -> None:
    for path, document in parts_of(Recipe("e-commerce", "monolith", auth=auth), workshop):
        assert path.read_text("utf-8") == to_json(document), "run: python -m tests.tools.regen_presets"
