"""What is generated is what is checked in; a change that is meant is one command away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generated.goldens import FOLDER, REGENERATE, difference, keep, kept, rendered
from tests.generated.recipes import GOLDENS, Recipe
from tests.tools.code_lines import code_lines
from tests.tools.lines import PAGE, renewed_page


@pytest.mark.parametrize("recipe", GOLDENS, ids=str)
def test_a_golden_is_what_is_generated(recipe: Recipe) -> None:
    changed = difference(kept(FOLDER / str(recipe)), rendered(recipe))

    if changed:
        pytest.fail(f"if this is meant: {REGENERATE}\n{changed}", pytrace=False)


def test_the_page_says_how_many_lines_a_project_has() -> None:
    assert PAGE.read_text("utf-8") == renewed_page(), f"if this is meant: {REGENERATE}"


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.py", '"""Docs\nof two lines."""\n\n# why\nx = """\ntext\n"""  # so\n', 3),
        ("a.sql", "-- why\n\nSELECT 1\n  FROM t; -- so\n", 2),
        ("a.md", "text\n", 0),
    ],
    ids=["Python", "SQL", "neither"],
)
def test_a_line_of_code_is_neither_blank_nor_a_comment_nor_a_docstring(
    path: str, text: str, lines: int
) -> None:
    assert code_lines(path, text) == lines


def test_every_golden_is_compared() -> None:
    assert {folder.name for folder in FOLDER.iterdir()} == {str(recipe) for recipe in GOLDENS}


def test_a_changed_line_is_shown() -> None:
    shown = difference({"a.py": "x = 1\ny = 2\n"}, {"a.py": "x = 1\ny = 3\n"})

    assert "-y = 2\n+y = 3\n" in shown


@pytest.mark.parametrize(
    ("before", "after"), [({"old.py": ""}, {}), ({}, {"new.py": ""})], ids=["missing", "extra"]
)
def test_a_file_too_few_or_too_many_is_shown(before: dict[str, str], after: dict[str, str]) -> None:
    assert difference(before, after)


def test_regenerating_takes_away_what_is_no_longer_written(tmp_path: Path) -> None:
    keep({"src/old.py": "1\n", "same.py": "2\n"}, tmp_path)

    keep({"same.py": "2\n", "src/new.py": "3\n"}, tmp_path)

    assert kept(tmp_path) == {"same.py": "2\n", "src/new.py": "3\n"}
