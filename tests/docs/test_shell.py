"""What a page tells to type can be typed."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, blocks_of, name_of
from tests.docs.shell import commands_in, complaint, inline_commands_in


def all_commands(page: Path) -> list[list[str]]:
    text = page.read_text("utf-8")
    return [*commands_in(text), *inline_commands_in(text)]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_command_line_takes_what_is_shown_of_blueprint(page: Path) -> None:
    for program, *words in all_commands(page):
        if program.rpartition("/")[2] == "blueprint" and "COMMAND" not in words:
            assert complaint(words) == "", words


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_programs_and_tests_of_this_repository_are_there(page: Path) -> None:
    for command in all_commands(page):
        if "-m" in command and (module := command[command.index("-m") + 1]).startswith("tests."):
            assert find_spec(module), module
        for word in command:
            assert not word.startswith("tests/") or (ROOT / word).exists(), word


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_shell_can_read_every_block(page: Path) -> None:
    for _, block in blocks_of(page.read_text("utf-8"), "sh"):
        read = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)
        assert read.returncode == 0, f"{block}{read.stderr}"


def test_commands_that_cannot_be_typed_are_found() -> None:
    assert complaint(["nwe", "shop"])
    assert complaint(["new", "shop", "--patern", "monolith"])
    assert complaint(["sync", "one", "two"])
    assert complaint(["new", "--help"]) == complaint(["--json", "new", "shop"]) == ""


def test_commands_are_found_wherever_a_block_has_them() -> None:
    block = "```sh\nA=b .venv/bin/blueprint new x && (cd x; blueprint run \\\n  --smoke)  # and then\n```\n"

    assert list(commands_in(block)) == [
        [".venv/bin/blueprint", "new", "x"],
        ["cd", "x"],
        ["blueprint", "run", "--smoke"],
    ]
