"""What the pages on growing a project show is true."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.evolution.tables import stored_table

HOW_TO = Path(__file__).parents[3] / "docs/how-to"
ADD = (HOW_TO / "add-a-service.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", ADD, re.MULTILINE | re.DOTALL)
COMMANDS = [line.replace("\\\n", " ") for block in BLOCKS for line in re.findall(r"(?:.*\\\n)*.+", block)]


def test_the_commands_that_are_shown_do_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        run(["new", "shop", "-p", "event-driven", "--preset", "e-commerce", "-y", "--no-git", "-o", "."]) == 0
    )
    before = (tmp_path / "blueprint.yaml").read_text()

    for command in COMMANDS:
        assert run(shlex.split(command)[1:]) == 0

    assert len(COMMANDS) == 2
    assert (tmp_path / "blueprint.yaml").read_text() == before


@pytest.mark.parametrize("sql", re.findall(r"`((?:ALTER|CREATE) .*;)`", ADD))
def test_a_migration_that_is_shown_changes_the_table(sql: str) -> None:
    table = 'CREATE TABLE "products" ("id" TEXT PRIMARY KEY, "name" TEXT NOT NULL'
    column = "" if "ADD COLUMN" in sql else ', "sku" TEXT'
    before = f"{table}{column});\n"

    assert stored_table("products", [before, f"{sql}\n"]) != stored_table("products", [before])
