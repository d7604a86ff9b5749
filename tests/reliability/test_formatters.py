"""A project that is formatted in another way than the tool writes is followed in that way."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
from collections.abc import Callable
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


def own_settings(shop: Path) -> None:
    """Columns, quotes and imports of the team's own, and ruff over all files."""
    settings = shop / "pyproject.toml"
    text = settings.read_text().replace("line-length = 120", "line-length = 72")
    if "force-single-line" not in text:
        text = text.replace("[tool.ruff.format]\n", '[tool.ruff.format]\nquote-style = "single"\n')
        text = text.replace("[tool.ruff.lint.isort]\n", "[tool.ruff.lint.isort]\nforce-single-line = true\n")
    settings.write_text(text)
    subprocess.run([RUFF, "check", "-q", "--no-cache", "--select", "I", "--fix", "."], cwd=shop, check=True)
    subprocess.run([RUFF, "format", "-q", "--no-cache", "."], cwd=shop, check=True)
    subprocess.run([RUFF, "check", "--no-cache", "."], cwd=shop, check=True)


def other_formatter(shop: Path) -> None:
    """One that the project does not know of."""
    settings = ("--isolated", "--line-length", "72", "--config", 'format.quote-style="single"')
    subprocess.run([RUFF, "format", "-q", "--no-cache", *settings, "."], cwd=shop, check=True)


def windows(shop: Path) -> None:
    """Line ends of another system, as with git's `autocrlf`."""
    for file in shop.rglob("*"):
        if file.is_file() and ".blueprint" not in file.parts:
            file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def other_quotes(shop: Path) -> None:
    """What formatters of YAML, TOML and JSON do."""
    for file in shop.rglob("*.yaml"):
        if file.name != "blueprint.yaml":
            file.write_text(re.sub(r'"([^"\n\'\\]*)"', r"'\1'", file.read_text()))
    settings = shop / "pyproject.toml"
    settings.write_text(settings.read_text().replace(" = ", "  =  "))
    for file in (shop / "docs").rglob("*.json"):
        file.write_text(json.dumps(json.loads(file.read_text()), indent=4))


SERVICE = ("lamps", "--field", "text: str", "--action", "ship", "--publishes", "ship: lamp.shipped")


@pytest.mark.parametrize("formatter", [own_settings, other_formatter, windows, other_quotes])
def test_after_a_formatter_nothing_conflicts_and_nobody_is_blamed(
    formatter: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = project_at(tmp_path / "shop")
    formatter(shop)
    assert run(["check", str(shop)]) == 0

    assert run(["add-service", *SERVICE, "-C", str(shop)]) == 0
    formatter(shop)
    spec = (shop / "blueprint.yaml").read_bytes()
    (shop / "blueprint.yaml").write_bytes(spec.replace(b"{text: str}", b"{text: str, more: str?}", 1))
    assert run(["sync", str(shop)]) == 0
    formatter(shop)
    assert run(["check", str(shop)]) == 0
    capsys.readouterr()
    assert run(["add-service", "lamps", "--remove", "-C", str(shop)]) == 0

    assert "your code still uses it" not in "".join(capsys.readouterr())
    assert not (shop / "src/shop/lamps").exists()
    assert not list(shop.rglob("*.blueprint-new"))
    assert run(["check", str(shop)]) == 0


def test_an_edit_beside_a_new_line_is_merged_whatever_the_format_is(tmp_path: Path) -> None:
    for number, formatter in enumerate((own_settings, other_formatter, windows)):
        shop = project_at(tmp_path / str(number))
        formatter(shop)
        resource = shop / RESOURCE
        end = b"\r\n" if formatter is windows else b"\n"
        mine = b"    text: Text" + end
        assert mine in resource.read_bytes()
        resource.write_bytes(resource.read_bytes().replace(mine, b"    text: Text  # ours" + end, 1))
        spec = (shop / "blueprint.yaml").read_bytes()
        (shop / "blueprint.yaml").write_bytes(spec.replace(b"{text: str}", b"{text: str, more: str?}"))

        assert run(["sync", str(shop)]) == 0
        lines = resource.read_bytes().split(end)
        at = lines.index(b"    text: Text  # ours")
        assert lines[at + 1] == b"    more: Text | None = None"
        assert run(["check", str(shop)]) == 0


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
