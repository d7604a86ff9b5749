"""`blueprint new` in a repository that has just begun."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.support.programs import require

FILES = {"README.md": "# Mine\n", "LICENSE": "MIT\n", ".gitignore": "*.log\n.env\n"}
NEW = ["new", "shop", "--preset", "blank", "-p", "monolith", "-y", "-o", "."]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run([require("git"), "init", "--quiet"], cwd=tmp_path, check=True)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    run([*words, "--json"])
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_its_files_stay_and_are_named(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(NEW) == 0

    said = capsys.readouterr().err
    assert {name: (repository / name).read_text() for name in FILES} == FILES
    assert "kept as they are: .gitignore, LICENSE, README.md" in said
    assert "add to .gitignore: .venv/ .blueprint/venv/" in said
    assert "no commit was made" in said


def test_the_project_follows_its_spec_and_leaves_them_alone(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(NEW) == 0
    assert run(["check"]) == 0
    spec = repository / "blueprint.yaml"
    spec.write_text(f"{spec.read_text()}  letters:\n    resource: {{title: str}}\n")
    capsys.readouterr()

    assert run(["sync"]) == 0
    assert (repository / "src/shop/letters").is_dir()
    assert {name: (repository / name).read_text() for name in FILES} == FILES
    assert run(["check"]) == 0


def test_a_kept_file_can_follow_the_tool_later(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(NEW) == 0
    (repository / "README.md").unlink()

    assert run(["restore", "README.md"]) == 0
    assert (repository / "README.md").read_text().startswith("# Shop\n")


def test_a_dry_run_says_what_it_would_keep(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, *NEW, "-n")

    data = found["data"]
    assert isinstance(data, dict)
    assert data["kept"] == [".gitignore", "LICENSE", "README.md"]
    assert "README.md" not in data["files"]
    assert not (repository / "blueprint.yaml").exists()


@pytest.mark.parametrize("name", ["main.py", "src/app.py", "readme.md"])
def test_anything_else_is_in_the_way(repository: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / name).parent.mkdir(exist_ok=True)
    (repository / name).write_text("mine\n")

    assert run(NEW) == 4
    assert (repository / name).read_text() == "mine\n"
    assert not (repository / "blueprint.yaml").exists()


def test_new_run_twice_ends_with_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["new", "shop", "--preset", "blank", "-p", "monolith", "-y", "--no-git"]
    assert run(words) == 0

    assert run(words) == 4
    assert "hint: start it: blueprint run shop" in capsys.readouterr().err
