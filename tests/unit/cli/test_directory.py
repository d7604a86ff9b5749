"""-C names the project, or a folder below it, for every command that takes a project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from blueprint.cli.main import app, run
from tests.unit.cli.projects import project_at

NO_PROJECT = {"new", "explain", "completion"}
"""Commands that take no existing project."""
BROKEN = (".blueprint/run.json", "pyproject.toml")
"""Files that a command reads before it installs or starts anything: their errors show that it found them."""

Capture = pytest.CaptureFixture[str]


def commands() -> dict[str, TyperCommand]:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    return {name: command for name, command in group.commands.items() if isinstance(command, TyperCommand)}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, from whose parent the commands run."""
    monkeypatch.chdir(tmp_path)
    return project_at(tmp_path / "shop")


def answer(capsys: Capture, *words: str) -> dict[str, object]:
    run([*words, "--json"])
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def codes(found: dict[str, object]) -> list[object]:
    assert isinstance(errors := found["errors"], list)
    return [error["code"] for error in errors]


# By command: more words, and the errors that only this project causes.
RUNS: dict[str, tuple[list[str], list[str]]] = {
    "add-dependency": (["idna"], ["bad-toml"]),
    "add-service": (["letters", "--field", "text: str", "-n"], []),
    "check": ([], []),
    "compare": ([], []),
    "data": (["notes"], ["not-json"]),
    "dead-letters": (["list"], ["not-json"]),
    "events": ([], ["not-json"]),
    "keep": (["../../../Dockerfile"], []),
    "lint": ([], ["not-json"]),
    "lock": ([], ["bad-toml"]),
    "migrations": (["fetch"], ["not-json"]),
    "openapi": ([], ["not-json"]),
    "packs": (["list"], []),
    "restore": (["../../../Dockerfile"], []),
    "run": (["notes"], ["not-json"]),
    "sync": ([], []),
    "take": (["../../../Dockerfile"], []),
    "test": ([], ["not-json"]),
    "undo": ([], ["nothing-to-undo"]),
}
READ_THE_SPEC = ("compare", "packs")


def _options(command: TyperCommand) -> list[TyperOption]:
    return [each for each in command.params if isinstance(each, TyperOption)]


def test_every_command_with_a_project_declares_the_same_option() -> None:
    declared = {
        name: [
            (option.opts, option.help, option.metavar) for option in _options(command) if "-C" in option.opts
        ]
        for name, command in commands().items()
        if name not in NO_PROJECT
    }
    [option] = declared["run"]
    assert declared == dict.fromkeys(declared, [option])
    assert declared.keys() == RUNS.keys()


@pytest.mark.parametrize("command", RUNS)
def test_the_project_is_found_from_a_folder_below_it(command: str, shop: Path, capsys: Capture) -> None:
    for file in BROKEN:
        (shop / file).write_text("[", encoding="utf-8")
    words, errors = RUNS[command]
    found = answer(capsys, command, *words, "-C", "shop/src/shop/notes")
    assert codes(found) == errors
    if not errors and command not in READ_THE_SPEC:
        assert isinstance(data := found["data"], dict)
        assert data["path"] == str(shop)


@pytest.mark.parametrize("command", READ_THE_SPEC)
def test_a_command_that_only_reads_the_spec_finds_it_from_a_folder_below(
    command: str, shop: Path, capsys: Capture
) -> None:
    (shop / "blueprint.yaml").write_text("[", encoding="utf-8")
    found = answer(capsys, command, *RUNS[command][0], "-C", "shop/src/shop/notes")
    assert codes(found) == ["bad-yaml"]


@pytest.mark.parametrize("command", RUNS)
def test_a_folder_without_a_project_is_a_usage_error(command: str, shop: Path, capsys: Capture) -> None:
    (shop.parent / "empty").mkdir()
    found = answer(capsys, command, *RUNS[command][0], "-C", "empty")
    assert (found["exit_code"], codes(found)) == (2, ["no-project"])
