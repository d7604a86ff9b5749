"""What `new` makes of its flags, and what it says at the end."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprint.cli.commands import run as run_command
from blueprint.cli.main import run
from blueprint.report.result import Result
from blueprint.spec.load import load_spec
from tests.support.programs import require

Capture = pytest.CaptureFixture[str]
SPEC = """\
version: 1
name: shop
pattern: monolith
stack: fastapi
services:
  notes: {resource: {text: str}}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made_of(spec: str | bytes, here: Path, *words: str) -> str:
    """The blueprint.yaml of the project `mall` that is made of this spec, behind its first line."""
    content = spec if isinstance(spec, bytes) else spec.encode()
    (here / "spec.yaml").write_bytes(content)
    assert run(["new", *words, "--spec", "spec.yaml", "-o", "mall", "--no-git"]) == 0
    first, _, rest = (here / "mall" / "blueprint.yaml").read_bytes().decode().partition("\n")
    assert first == "# yaml-language-server: $schema=.blueprint/blueprint.schema.json"
    return rest


def without(key: str) -> str:
    return "".join(line for line in SPEC.splitlines(keepends=True) if not line.startswith(f"{key}:"))


def test_a_spec_is_kept_as_it_is_written(here: Path) -> None:
    spec = f"# Ours.\n{SPEC}  # the end\n"
    assert made_of(spec, here) == spec


def test_the_schema_that_a_spec_names_itself_stays(here: Path) -> None:
    spec = f"# Ours.\n# yaml-language-server: $schema=mine.json\n{SPEC}"
    (here / "spec.yaml").write_text(spec)
    assert run(["new", "--spec", "spec.yaml", "-o", "mall", "--no-git"]) == 0
    assert (here / "mall/blueprint.yaml").read_text() == spec
    assert (here / "mall/.blueprint/blueprint.schema.json").is_file()


@pytest.mark.parametrize("name", ["name: shop", 'name: "shop"', "name: Shop", "name:", "name: shop # ours"])
def test_flags_count_more_than_the_file(name: str, here: Path) -> None:
    written = made_of(SPEC.replace("name: shop", name), here, "mall", "-p", "microservices")
    spec = load_spec(written, "blueprint.yaml")
    assert (spec.name, spec.pattern) == ("mall", "microservices")


@pytest.mark.parametrize("key", ["name", "pattern", "stack"])
def test_flags_bring_what_the_file_leaves_out(key: str, here: Path) -> None:
    written = made_of(without(key), here, "shop", "-p", "monolith", "-s", "fastapi")
    assert written == SPEC


@pytest.mark.parametrize("key", ["pattern", "stack"])
def test_a_default_is_written_down_where_the_file_names_nothing(key: str, here: Path) -> None:
    assert made_of(without(key), here) == SPEC


def test_an_adapter_that_was_asked_for_is_written_down(here: Path) -> None:
    run(["new", "mall", "-p", "event-driven", "--broker", "embedded", "--no-git"])

    spec = (here / "mall" / "blueprint.yaml").read_text("utf-8")
    assert "stack: fastapi\nbroker: embedded\n" in spec


def test_an_adapter_that_does_not_exist_is_refused(here: Path, capsys: Capture) -> None:
    assert run(["new", "mall", "--broker", "pigeons"]) == 2
    assert capsys.readouterr().err.startswith('error: there is no broker "pigeons"')


def test_a_choice_of_the_file_that_its_pattern_has_no_use_for_stays_and_is_not_told_of(
    here: Path, capsys: Capture
) -> None:
    spec = SPEC.replace("stack: fastapi\n", "stack: fastapi\nbroker: nats\n")

    assert made_of(spec, here) == spec
    assert "nats" not in capsys.readouterr().err


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_and_byte_order_marks_of_other_systems_are_read(line_end: str, here: Path) -> None:  # G41
    spec = ("\ufeff" + SPEC).replace("\n", line_end).encode()
    assert made_of(spec, here, "mall") == SPEC.replace("shop", "mall")


UNUSUAL = {
    "JSON": json.dumps({"version": 1, "pattern": "monolith", "stack": "fastapi", "services": {}}).replace(
        "{}", '{"notes": {"resource": {"text": "str"}}}'
    ),
    "a key in quotes": SPEC.replace("name:", '"name":'),
    "a value on a line of its own": SPEC.replace("name: shop", "name: # ours\n  shop"),
}


@pytest.mark.parametrize("spec", UNUSUAL.values(), ids=UNUSUAL)
def test_a_flag_that_cannot_be_written_into_the_file_is_refused(
    spec: str, here: Path, capsys: Capture
) -> None:
    (here / "spec.yaml").write_text(spec)
    assert run(["new", "mall", "--spec", "spec.yaml"]) == 2
    assert 'write "name: mall"' in capsys.readouterr().err
    assert not (here / "mall").exists()


def test_problems_stand_where_they_are_in_the_file_whatever_the_flags_add(
    here: Path, capsys: Capture
) -> None:
    (here / "spec.yaml").write_text(without("name").replace("text: str", "text: strr"))
    assert run(["new", "mall", "--spec", "spec.yaml"]) == 3
    assert "(spec.yaml:5:28)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "command"),
    [
        ("mall", "blueprint run mall"),
        ("a b", "blueprint run 'a b'"),
        ("deep/er/", "blueprint run deep/er"),
        ("-x", "blueprint run ./-x"),
        (".", "blueprint run"),
    ],
)
def test_the_next_command_can_be_typed_as_it_stands(
    output: str, command: str, capsys: Capture
) -> None:  # G18
    assert run(["new", "mall", "-o", output, "--no-git"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == f"next: {command}"


def test_the_choices_that_were_made_are_told(capsys: Capture) -> None:
    run(["new", "mall", "--no-git"])
    assert capsys.readouterr().out.endswith("mall: monolith, fastapi, blank\n")


@pytest.mark.needs("git")
def test_a_project_begins_with_a_commit(here: Path, capsys: Capture) -> None:
    run(["new", "mall"])
    assert "and committed" in capsys.readouterr().out
    log = subprocess.run(
        [require("git"), "log", "--oneline"], cwd=here / "mall", capture_output=True, check=True
    )
    assert len(log.stdout.splitlines()) == 1


def test_in_a_repository_nothing_is_committed_and_it_says_so(here: Path, capsys: Capture) -> None:
    (here / ".git").mkdir()
    run(["new", "mall"])
    assert "no commit was made: the folder is already in a git repository\n" in capsys.readouterr().err
    assert not (here / "mall" / ".git").exists()


def test_without_git_there_is_no_commit_and_it_says_so(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(here / "nothing"))
    assert run(["new", "mall"]) == 0
    assert "no commit was made: git does not work here\n" in capsys.readouterr().err


def test_who_wants_no_commit_hears_nothing_of_it(here: Path, capsys: Capture) -> None:
    run(["new", "mall", "--no-git"])
    assert "no commit" not in capsys.readouterr().err
    assert not (here / "mall" / ".git").exists()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The projects that were started; none is in truth."""
    projects: list[Path] = []

    def start(_context: object, directory: Path) -> Result:
        projects.append(directory)
        return Result("run", "ok")

    replacement: Callable[[object, Path], Result] = start
    monkeypatch.setattr(run_command, "run", replacement)
    return projects


def test_the_new_project_can_be_started_at_once(here: Path, started: list[Path]) -> None:
    assert run(["new", "mall", "--no-git", "--run"]) == 0
    assert started == [here / "mall"]
    assert (here / "mall" / "blueprint.yaml").exists()


def test_a_dry_run_starts_nothing(here: Path, started: list[Path]) -> None:
    assert run(["new", "mall", "-n", "--run"]) == 0
    assert started == []
    assert list(here.iterdir()) == []
