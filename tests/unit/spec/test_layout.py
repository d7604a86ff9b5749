"""Where a part of a text lies is counted from the start of its own line, whatever breaks the lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.spec.layout import Layout

BREAK = re.compile(r"\r\n|\r|\n")


@given(
    st.text("a -#", max_size=6).flatmap(
        lambda line: st.lists(st.sampled_from([line, "", "b: c"]), max_size=5)
    )
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_a_place_has_a_line_and_a_column(line_break: str, lines: list[str]) -> None:
    text = line_break.join(lines)
    layout = Layout(text, {})
    start = 0
    for number, line in enumerate(lines):
        end, last = start + len(line), number == len(lines) - 1
        for position in range(start, end + 1):
            assert layout.column(position) == position - start
            assert layout.line_start(position) == start
            assert layout.line_end(position) == end
            assert layout.next_line(position) == (end if last else end + len(line_break))
            assert layout.previous_end(position) == max(start - len(line_break), 0)
        start = end + len(line_break)


@pytest.mark.parametrize("text", ["", "a", "a\nb\r\n", "\nb", "a\r\nb\n", "\r\n", "a\rb"])
def test_the_first_line_says_what_breaks_all(text: str) -> None:
    assert Layout(text, {}).line_break == (BREAK.findall(text) or ["\n"])[0]
