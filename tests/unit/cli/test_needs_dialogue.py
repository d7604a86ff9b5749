"""The questions of `compare --ask`, as somebody at a terminal sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.comparisons import library
from tests.unit.cli.screen import Screen
from tests.unit.cli.test_dialogue import CONTROL_C

CHOICE = "Number, or Enter if you do not know: "
RATE = "Requests a second [50]: "
QUESTIONS = tuple(library().questions)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    opened = Screen(tmp_path, ("compare", "--ask"), 100)
    yield opened
    opened.close()


def test_the_answers_lead_to_a_recommendation(screen: Screen) -> None:
    answers = {"teams": "1", "boundaries": "unclear"}
    for question in QUESTIONS:
        screen.answer(CHOICE, answers.get(question, "") + "\n")
    screen.answer(RATE, "7\n")

    assert screen.end() == 0
    assert f"1 of {len(QUESTIONS) + 1}  " in screen.shown
    assert all(question.why in screen.shown for question in library().questions.values())
    assert "Monolith is the only one that your hard limits leave (boundaries: unclear)." in screen.shown
    assert "At 7 requests a second" in screen.shown


def test_what_is_no_answer_is_asked_again(screen: Screen) -> None:
    screen.answer(CHOICE, "9\n")
    screen.answer(CHOICE, "one\n")
    for _ in QUESTIONS[1:]:
        screen.answer(CHOICE, "\n")
    screen.answer(RATE, "-3\n")
    screen.answer(RATE, "\n")

    assert screen.end() == 0
    assert "a number from 1 to 3, please" in screen.shown
    assert "a number from 0.001 to 100,000,000, please" in screen.shown


def test_control_c_leaves(screen: Screen) -> None:
    assert screen.leave(CHOICE, CONTROL_C) == 130
