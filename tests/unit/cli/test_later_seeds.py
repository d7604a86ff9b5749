"""Files that a newer version of the tool begins a service with, in projects whose services exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.cli.main import run
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import RelPath, Tree
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination
from tests.unit.cli.projects import MORE, SPEC

LATER = RelPath("src/shop/notes/tests/test_notes.py")
OF_THE_NEW_SERVICE = "src/shop/letters/tests/test_letters.py"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """As a version has written it that had one seeded file less."""
    tree = render(make_plan(load_spec(SPEC, "blueprint.yaml"), load_catalog(), SPEC))
    older = Tree({path: blob for path, blob in tree.items() if path != LATER})
    assert len(older) == len(tree) - 1
    return create_project(older, check_destination(tmp_path / "shop"), __version__, git=False).path


def test_a_service_that_exists_gets_no_file_that_only_new_ones_begin_with(shop: Path) -> None:
    assert run(["sync", str(shop)]) == run(["check", str(shop)]) == 0
    assert not (shop / LATER).exists()


def test_a_new_service_beside_it_gets_its_own(shop: Path) -> None:
    (shop / "blueprint.yaml").write_text(MORE)

    assert run(["sync", str(shop)]) == run(["check", str(shop)]) == 0
    assert not (shop / LATER).exists()
    assert (shop / OF_THE_NEW_SERVICE).exists()


def test_a_service_that_gets_actions_gets_the_files_for_them(shop: Path) -> None:
    actions = SPEC.replace("{text: str}\n", "{text: str}\n    actions: {tidy: {}}\n")
    (shop / "blueprint.yaml").write_text(actions)

    assert run(["sync", str(shop)]) == run(["check", str(shop)]) == 0
    assert "tidy" in (shop / "src/shop/notes/actions.py").read_text()
