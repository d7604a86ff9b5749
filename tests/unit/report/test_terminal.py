"""A document for a terminal: as wide as it is, coloured only where that is wanted, short."""

from __future__ import annotations

import re

import pytest

from blueprint.report.document import (
    Bar,
    Bars,
    Bullets,
    Code,
    Document,
    Grid,
    Paragraph,
    Row,
    Section,
    Sentence,
)
from blueprint.report.terminal import terminal_text

DOCUMENT = Document(
    "A [title] :smile:",
    (
        Section(
            "one",
            "First part",
            (
                Paragraph(Sentence("The answer.", ("a-claim",)), strong=True),
                Bars((Bar("yes", 0.75, "75 %"), Bar("no", 0, "", "ruled out")), ("a-claim",)),
                Bullets((Sentence("+ good", ("b-claim",)), Sentence("plain"))),
                Grid(("name", "figure"), (Row(("one", "1"), ("a-claim",)), Row(("two", "22"))), (1,)),
                Code("key: value\n", "yaml"),
            ),
        ),
        Section("two", "Second part", (Paragraph(Sentence("Much more.")),), brief=False),
    ),
)


def shown(width: int = 80, *, colored: bool = False) -> str:
    return terminal_text(DOCUMENT, width, colored=colored)


def test_what_is_said_comes_with_its_sources() -> None:
    assert "The answer. [a-claim]" in shown()
    assert "+ good [b-claim]" in shown()


def test_only_brief_sections_are_shown() -> None:
    assert "FIRST PART" in shown()
    assert "Much more" not in shown()


def test_nothing_in_a_text_is_taken_for_markup() -> None:
    assert shown().startswith("A [title] :smile:\n")


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, shown(width).splitlines())) <= width


def test_a_very_wide_terminal_is_not_filled() -> None:
    assert max(map(len, shown(400).splitlines())) <= 110


def test_without_colour_there_is_no_escape_sequence() -> None:
    assert "\x1b" not in shown()
    assert "\x1b[" in shown(colored=True)


def test_a_bar_is_as_long_as_its_share() -> None:
    line = next(line for line in shown().splitlines() if line.startswith("yes"))
    assert line.count("█") == pytest.approx(0.75 * 35, abs=1)
    assert re.search(r"^no +ruled out$", shown(), re.MULTILINE)


def test_figures_stand_to_the_right() -> None:
    assert "one         1\n" in shown()
    assert "two        22\n" in shown()


def test_many_sources_are_cut_short() -> None:
    sentence = Sentence("All.", ("a", "b", "c", "d", "e"))
    document = Document("T", (Section("s", "S", (Paragraph(sentence),)),))
    assert "All. [a, b, c, d, ...]" in terminal_text(document, 80, colored=False)
