"""The pack that docs/how-to/write-a-pack.md shows is one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import RelPath, Tree
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination
from tests.docs.pages import DOCS, blocks_of
from tests.generated.workshop import Workshop
from tests.kit.suites import HERE, lay_suites

PAGE = (DOCS / "how-to/write-a-pack.md").read_text("utf-8")
FOLDER = "templates/fastapi/discovery/file/"
SUITE = "tests/kit/fastapi/discovery/file"


def files_of_page() -> Mapping[str, str]:
    return {path: text for path, text in blocks_of(PAGE, "yaml", "python", "jinja") if path}


@pytest.fixture
def project(tmp_path: Path) -> Tree:
    """A shop that takes the pack."""
    for path, text in files_of_page().items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    catalog = load_catalog([tmp_path / "templates"])
    preset = catalog.find("preset", "e-commerce", "fastapi")
    assert preset
    source = preset_source(preset, "shop", "microservices", "fastapi", discovery="file")
    return render(make_plan(load_spec(source, "blueprint.yaml"), catalog, source))


def test_every_file_is_in_one_folder_and_its_tests_are_in_the_one_beside() -> None:
    tests = [path for path in files_of_page() if not path.startswith(FOLDER)]

    assert len(files_of_page()) == 6
    assert tests == [f"{SUITE}/test_file_addresses.py"]


def test_the_pack_is_not_there_already() -> None:
    assert load_catalog().find("discovery", "file") is None


def test_what_it_brings_stands_where_it_is_asked_for(project: Tree) -> None:
    chooser = project[RelPath("src/shop/platform/adapters/discoveries.py")].content.decode()
    settings = project[RelPath(".env.example")].content.decode()

    assert "from shop.platform.adapters.file_addresses import FileAddresses\n" in chooser
    assert 'if url.startswith("file:"):\n        return FileAddresses(url)\n' in chooser
    assert "- `file:///etc/addresses.json`, a file that is read for each call\n" in chooser
    assert "file:///etc/addresses.json reads a file\nDISCOVERY_URL=static:" in settings
    assert RelPath("src/shop/platform/adapters/file_addresses.py") in project


@pytest.mark.slow
@pytest.mark.parametrize(
    "check", ["pytest tests/kit/test_file_addresses.py", "ruff check", "ruff format --check", "mypy"]
)
def test_the_project_passes_its_checks(project: Tree, check: str, tmp_path: Path, workshop: Workshop) -> None:
    folder = tmp_path / "shop"
    create_project(project, check_destination(folder), __version__, git=False)
    if check.startswith("pytest"):
        lay_suites(folder, "shop", [HERE / "fastapi/stack", tmp_path / SUITE])

    workshop.run_in(folder, *check.split())
