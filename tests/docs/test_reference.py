"""What the reference says of commands, exit codes and JSON is what the code says."""

from __future__ import annotations

import re

import pytest

from tests.docs.commands import USAGES, commands
from tests.docs.pages import DOCS, REFERENCE
from tests.tools.regen_reference import PAGES, renewed


@pytest.mark.parametrize("page", PAGES)
def test_the_page_follows_from_the_code(page: str) -> None:
    text = (REFERENCE / page).read_text("utf-8")

    assert text == renewed(REFERENCE / page), "run python -m tests.tools.regen_reference, and read the diff"


def test_every_command_has_an_example_of_itself() -> None:
    assert list(USAGES) == list(commands())
    for name, usage in USAGES.items():
        assert usage.example.startswith(f"blueprint {name} ")


@pytest.mark.parametrize(
    ("command", "page"), [("compare", "reference/compare.md"), ("add-service", "how-to/add-a-service.md")]
)
def test_a_page_about_one_command_names_all_of_its_options_and_no_other(command: str, page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    rows = "".join(re.findall(r"^\| (`-[^|]*)", text, re.MULTILINE))
    options = [name for each in commands()[command].params for name in each.opts if name.startswith("-")]

    assert set(re.findall(r"`(-[a-zA-Z]|--[a-z-]+)", rows)) <= set(options)
    for each in commands()[command].params:
        names = [name for name in each.opts if name.startswith("-")]
        assert not names or any(re.search(rf"`[^`]*{name}\b", text) for name in names), names
