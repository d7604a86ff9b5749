"""What the reference says of commands, exit codes and JSON is what the code says."""

from __future__ import annotations

import pytest

from tests.docs.commands import USAGES, commands
from tests.docs.pages import REFERENCE
from tests.tools.regen_reference import PAGES, renewed


@pytest.mark.parametrize("page", PAGES)
def test_the_page_follows_from_the_code(page: str) -> None:
    text = (REFERENCE / page).read_text("utf-8")

    assert text == renewed(REFERENCE / page), "run python -m tests.tools.regen_reference, and read the diff"


def test_every_command_has_an_example_of_itself() -> None:
    assert list(USAGES) == list(commands())
    for name, usage in USAGES.items():
        assert usage.example.startswith(f"blueprint {name} ")
