"""A project that is formatted in another way than the tool writes is followed in that way."""

from __future__ import annotations

import importlib
import subprocess
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.unit.cli.projects import MORE, RESOURCE, project_at

RUFF: str = importlib.import_module("ruff").find_ruff_bin()
LONGER = MORE.replace("{text: str}", "{text: str, written_by_somebody: str?, published_somewhere: bool?}")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The project in narrow columns: every file of it is formatted, none is edited."""
    shop = project_at(tmp_path / "shop")
    settings = shop / "pyproject.toml"
    settings.write_text(settings.read_text().replace("line-length = 120", "line-length = 60"))
    ruff(shop)
    return shop


def ruff(shop: Path, *flags: str) -> int:
    return subprocess.run([RUFF, "format", "-q", *flags, "."], cwd=shop, check=False).returncode


def test_a_formatted_project_has_no_drift(shop: Path) -> None:  # U16
    assert run(["check", str(shop)]) == 0


def test_what_is_written_is_in_the_format_of_the_project(shop: Path) -> None:
    (shop / "blueprint.yaml").write_text(LONGER)

    assert run(["sync", str(shop)]) == 0
    assert "written_by_somebody" in (shop / RESOURCE).read_text()
    assert (shop / "src/shop/letters/resource.py").exists()
    assert ruff(shop, "--check") == 0
    assert run(["check", str(shop)]) == 0


def test_an_edit_in_a_formatted_file_is_merged(shop: Path) -> None:
    resource = shop / RESOURCE
    resource.write_text(resource.read_text() + "\n\nMINE = 1\n")
    (shop / "blueprint.yaml").write_text(LONGER)

    assert run(["sync", str(shop)]) == 0
    assert resource.read_text().endswith("\n\nMINE = 1\n")
    assert "written_by_somebody" in resource.read_text()
    assert ruff(shop, "--check") == 0


def test_a_formatter_with_settings_of_its_own_makes_no_edits(tmp_path: Path) -> None:
    shop = project_at(tmp_path / "shop")
    subprocess.run([RUFF, "format", "-q", "--isolated", "--line-length", "60", "."], cwd=shop, check=True)
    (shop / "blueprint.yaml").write_text(LONGER)

    assert run(["check", str(project_at(tmp_path / "same"))]) == 0
    assert run(["sync", str(shop)]) == 0
    assert "written_by_somebody" in (shop / RESOURCE).read_text()


def test_settings_that_ruff_cannot_read_stop_nothing(shop: Path) -> None:
    (shop / "ruff.toml").write_text("no = toml = at all")
    (shop / "blueprint.yaml").write_text(LONGER)

    assert run(["sync", str(shop)]) == 0
    assert run(["check", str(shop)]) == 0


def test_a_folder_that_ruff_leaves_out_is_written_in_the_format_all_the_same(shop: Path) -> None:
    text = (shop / "pyproject.toml").read_text().replace("[tool.ruff]\n", '[tool.ruff]\nexclude = ["src"]\n')
    (shop / "pyproject.toml").write_text(text)
    (shop / "blueprint.yaml").write_text(LONGER)

    assert run(["sync", str(shop)]) == 0
    assert max(map(len, (shop / "src/shop/letters/resource.py").read_text().splitlines())) <= 60
