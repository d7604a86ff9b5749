"""The questions of `compare --ask`, as a user sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.comparisons import library
from tests.unit.cli.screen import CONTROL_C, CONTROL_U, DOWN, ENTER, ESCAPE, Screen

RATE = "How many requests per second, on average?"
QUESTIONS = tuple(library().questions.values())


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    opened = Screen(tmp_path, ("compare", "--ask"), 100)
    yield opened
    opened.close()


def test_the_answers_lead_to_a_recommendation(screen: Screen) -> None:
    for question in QUESTIONS:
        keys = DOWN if question.id == "teams" else ""
        if question.id == "boundaries":
            keys = question.answers["unclear"].title
        screen.press(question.ask, keys, ENTER)
    screen.press(RATE, CONTROL_U, "7", ENTER)

    assert screen.end() == 0
    assert f"1 of {len(QUESTIONS) + 1}  " in screen.shown
    assert all(" ".join(question.why.split())[:60] in screen.shown for question in QUESTIONS)
    assert "Monolith is the only pattern that meets your hard limits (boundaries: unclear)." in screen.shown
    assert "At 7 requests per second" in screen.shown


def test_what_is_no_answer_is_asked_again(screen: Screen) -> None:
    for question in QUESTIONS:
        screen.press(question.ask, ENTER)
    screen.press(RATE, CONTROL_U, "-3", ENTER)
    screen.press(RATE, CONTROL_U, "50", ENTER)

    assert screen.end() == 0
    assert "a number from 0.001 to 100,000,000, please" in screen.shown


def test_escape_goes_back(screen: Screen) -> None:
    first, second = QUESTIONS[:2]
    screen.press(first.ask, DOWN, ENTER)
    screen.press(second.ask, ESCAPE)
    screen.press(first.ask, DOWN)

    titles = [answer.title for answer in first.answers.values()]
    assert f" » {titles[1]}" in screen.question


def test_control_c_leaves(screen: Screen) -> None:
    screen.press(QUESTIONS[0].ask, CONTROL_C)

    assert screen.end() == 130
