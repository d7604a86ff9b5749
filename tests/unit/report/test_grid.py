"""Rows are a table where it fits, else a block for each."""

from __future__ import annotations

from blueprint.report.grid import grid

ROWS = [{"id": "1", "name": "Ada", "size": 3}, {"id": "22", "name": None, "size": {"a": 1}}]


def test_a_table_is_aligned_and_has_no_blanks_at_its_ends() -> None:
    assert grid(("id", "name", "size"), ROWS, 80) == [
        "id  name  size",
        "1   Ada   3",
        '22        {"a": 1}',
    ]


def test_rows_that_do_not_fit_are_blocks() -> None:
    assert grid(("id", "name"), ROWS, 5) == ["id    1", "name  Ada", "", "id    22", "name"]


def test_where_no_terminal_is_a_long_value_makes_blocks() -> None:
    assert grid(("id",), [{"id": "x" * 41}], None) == [f"id  {'x' * 41}"]
    assert grid(("id",), [{"id": "x" * 40}], None) == ["id", "x" * 40]


def test_without_rows_there_are_the_columns() -> None:
    assert grid(("id", "name"), [], 3) == ["id  name"]


def test_a_value_stays_on_its_line_and_moves_no_cursor() -> None:
    [_, line] = grid(("text",), [{"text": "a\nb\x1b[2J"}], 80)

    assert "\n" not in line
    assert "\x1b" not in line
