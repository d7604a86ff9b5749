"""`new --template` from the command line: one transaction, one answer, no question where nobody is."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.support.programs import require
from tests.unit.cli.screen import Screen
from tests.unit.cookiecutter.templates import FOLDER, template

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*words: str) -> int:
    return run(["new", "--template", "t", *words])


@pytest.mark.needs("git")
def test_a_project_is_written_committed_and_recorded(here: Path, capfd: Capture) -> None:
    template(here / "t")

    assert new("lamp-shop", "--answer", "license=BSD") == 0

    root = here / "lamp-shop"
    assert (root / "README.md").read_text() == "# lamp-shop\nBSD True\n"
    assert json.loads((root / ".blueprint/template.json").read_text())["answers"]["license"] == "BSD"
    status = subprocess.run(
        [require("git"), "status", "--short"], cwd=root, capture_output=True, check=True, timeout=60
    )
    assert status.stdout == b""
    told = capfd.readouterr()
    assert "wrote 2 files" in told.out
    assert "license: BSD" in told.err


def test_without_a_name_the_template_names_the_folder(here: Path) -> None:
    template(here / "t")

    assert new("--no-git") == 0
    assert (here / "my-thing/README.md").exists()


def test_a_dry_run_writes_and_runs_nothing(here: Path, capfd: Capture) -> None:
    template(here / "t", **{"hooks/post_gen_project.py": f"open({str(here / 'ran')!r}, 'w')"})

    assert new("lamps", "--trust", "-n") == 0

    assert [path.name for path in here.iterdir()] == ["t"]
    told = capfd.readouterr()
    assert "  README.md" in told.out
    assert "skips these hooks of the template: hooks/post_gen_project.py" in told.err


def test_the_answer_for_programs_is_one_object_whatever_a_hook_says(here: Path, capfd: Capture) -> None:
    template(here / "t", **{"hooks/post_gen_project.py": "print('hello')"})

    assert new("lamps", "--trust", "--json", "--no-git") == 0

    told = capfd.readouterr()
    answer = json.loads(told.out)
    assert answer["data"]["files"] == [".blueprint/template.json", "README.md"]
    assert answer["data"]["template"] == "t"
    assert "hello" in told.err


@pytest.mark.parametrize(
    ("words", "exit_code", "message"),
    [
        (("--preset", "blank"), 2, "--preset cannot be combined with --template"),
        (("-p", "monolith"), 2, "--pattern cannot be combined with --template"),
        (("--spec", "x.yaml"), 2, "--spec cannot be combined with --template"),
        (("--run",), 2, "--run cannot be combined with --template"),
        (("--answer", "license"), 2, "--answer takes QUESTION=ANSWER"),
        (("--answer", "licence=MIT"), 2, "the template does not ask for"),
        (("--checkout", "v1"), 2, "--checkout is for repositories"),
        (("--answer", "slug=../up"), 3, "invalid name of a file or folder"),
        (("-o", "t"), 4, "this folder is not empty"),
    ],
)
def test_what_does_not_fit_is_one_line_and_changes_nothing(
    words: tuple[str, ...], exit_code: int, message: str, here: Path, capfd: Capture
) -> None:
    template(here / "t")

    assert new(*words) == exit_code

    error, hint = capfd.readouterr().err.splitlines()
    assert message in error
    assert hint.startswith("hint: ")
    assert [path.name for path in here.iterdir()] == ["t"]


@pytest.mark.parametrize(
    "command", [("sync",), ("check",), ("undo",), ("add-service", "carts", "-C"), ("run",)]
)
def test_what_follows_a_spec_says_that_there_is_none(
    command: tuple[str, ...], here: Path, capfd: Capture
) -> None:
    template(here / "t")
    assert new("lamps", "--no-git") == 0
    before = sorted(here.rglob("*"))
    capfd.readouterr()

    assert run([*command, "lamps"]) == 2

    error, hint = capfd.readouterr().err.splitlines()
    assert error.startswith("error: this project was created from a template")
    assert hint.startswith("hint: ")
    assert sorted(here.rglob("*")) == before


@pytest.mark.parametrize("flag", [("--trust",), ("--checkout", "v1"), ("--answer", "a=b")])
def test_flags_of_a_template_need_one(flag: tuple[str, ...], here: Path, capfd: Capture) -> None:
    assert run(["new", "shop", *flag]) == 2
    assert "cannot be combined with a project without --template" in capfd.readouterr().err
    assert list(here.iterdir()) == []


def test_a_template_that_fails_half_way_leaves_nothing(here: Path) -> None:
    template(here / "t", **{f"{FOLDER}/z": "{{ cookiecutter.nothing }}"})

    assert new("lamps") == 3
    assert [path.name for path in here.iterdir()] == ["t"]


@pytest.fixture
def screen(here: Path) -> Iterator[Screen]:
    template(here / "t")
    screen = Screen(here, ("new", "--template", "t", "--no-git"), 80)
    yield screen
    screen.close()


def test_at_a_terminal_the_template_asks(screen: Screen, here: Path) -> None:
    screen.answer("project_name (My Thing): ", "Lamp Shop\n")
    screen.answer("slug (lamp-shop): ", "\n")
    screen.answer("Choose from [1/2] (1): ", "2\n")
    screen.answer("docs [y/n] (y): ", "n\n")

    assert screen.end() == 0
    assert (here / "lamp-shop/README.md").read_text() == "# Lamp Shop\nBSD False\n"


def test_a_question_can_do_nothing_to_the_terminal(here: Path) -> None:
    prompts = {"name": "What\x1b[2J is it?", "kind": {"a": "A\x9b2J", "__prompt__": "Wh\u202eich"}}
    questions = {
        "name": '{{ "de\\x1b[2Jfault" }}',
        "kind": ["a", "b"],
        "na\x1b]0;pwned\x07me": "\x1b[6n",
        "slug": "x",
        "__prompts__": prompts,
    }
    template(here / "odd", questions, **{f"{FOLDER}/README.md": "x"})
    screen = Screen(here, ("new", "--template", "odd", "--no-git"), 80)
    screen.answer("What is it? (default): ", "\n")
    screen.answer("Choose from [1/2] (1): ", "\n")
    screen.answer("na0;pwnedme (): ", "\n")
    screen.answer("slug (x): ", "\n")

    assert screen.end() == 0
    assert not re.search("\x1b(?!\\[[0-9;]*m)|[\x07\x9b\u202e]", screen.shown)
    screen.close()


@pytest.mark.parametrize(("key", "exit_code"), [("\x03", 130), ("\x04", 130)])
def test_a_question_can_be_left(key: str, exit_code: int, screen: Screen, here: Path) -> None:
    assert screen.leave("project_name (My Thing): ", key) == exit_code
    assert [path.name for path in here.iterdir()] == ["t"]
