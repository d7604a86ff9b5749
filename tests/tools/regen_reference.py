"""Write what follows from the code in docs/reference anew: `python -m tests.tools.regen_reference`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.docs.answers import answer_text, data_text
from tests.docs.codes import errors_text, exit_codes_text
from tests.docs.commands import commands_text
from tests.docs.pages import REFERENCE, with_part

PAGES = ("commands.md", "exit-codes.md", "json.md")


def _parts() -> Mapping[str, Mapping[str, str]]:
    """What follows from the code, by page and by the name of the part."""
    return {
        "commands.md": {"commands": commands_text()},
        "exit-codes.md": {"exit codes": exit_codes_text(), "errors": errors_text()},
        "json.md": {"answer": answer_text(), "data": data_text()},
    }


def renewed(page: Path) -> str:
    """The page as it should be."""
    text = page.read_text("utf-8")
    for name, part in _parts()[page.name].items():
        text = with_part(text, name, part)
    return text


if __name__ == "__main__":
    for each in PAGES:
        (REFERENCE / each).write_text(renewed(REFERENCE / each), "utf-8")
