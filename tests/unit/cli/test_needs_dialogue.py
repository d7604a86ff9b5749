"""The questions of `compare --ask`, as a user sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from blueprint.errors import SpecError
from blueprint.knowledge.comparison import Request, compare
from blueprint.knowledge.model import Question
from blueprint.knowledge.needs import Load, Needs, read_needs
from blueprint.knowledge.prices import own_prices
from tests.support.comparisons import base
from tests.unit.cli.screen import CONTROL_C, CONTROL_U, DOWN, ENTER, ESCAPE, Screen

UNKNOWN = "I do not know"
RATE = "How many requests per second, on average?"
SAVE = "Save your answers to needs.yaml?"
WHERE = "needs.yaml exists. Where to save your answers?"
QUESTIONS = tuple(base().questions.values())

Open = Callable[..., Screen]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    screens: list[Screen] = []

    def open_screen(*words: str, columns: int = 100) -> Screen:
        screens.append(Screen(tmp_path, ("compare", "--ask", *words), columns))
        return screens[-1]

    yield open_screen
    for screen in screens:
        screen.close()


def answer(screen: Screen, answers: Mapping[str, str], questions: tuple[Question, ...] = QUESTIONS) -> None:
    """Each of the questions, by the title of its answer; none is unknown."""
    for question in questions:
        chosen = answers.get(question.id)
        keys = (DOWN * (1 + list(question.answers).index(chosen)),) if chosen else ()
        screen.press(question.ask, *keys, ENTER)


def saved(folder: Path, name: str = "needs.yaml") -> Needs:
    return read_needs((folder / name).read_text(), name, base(), Load())


def clash() -> dict[str, str]:
    """Answers that exclude each other, each of which is fine without the others."""
    answers = dict(next(iter(base().contradictions.values())).when)
    assert is_clash(answers)
    assert not any(is_clash({id: each}) for id, each in answers.items())
    return answers


def is_clash(answers: Mapping[str, str]) -> bool:
    try:
        compare(Request(Needs(answers=answers), own_prices()), base())
    except SpecError:
        return True
    return False


def test_the_answers_lead_to_a_recommendation(opened: Open) -> None:
    screen = opened()
    for question in QUESTIONS:
        keys = DOWN if question.id == "teams" else ""
        if question.id == "boundaries":
            keys = question.answers["unclear"].title
        screen.press(question.ask, keys, ENTER)
    screen.press(RATE, CONTROL_U, "7", ENTER)
    screen.press(SAVE, "n")

    assert screen.end() == 0
    assert f"1 of {len(QUESTIONS) + 1}  " in screen.shown
    words = " ".join(screen.shown.split())
    assert all(" ".join(question.why.text.split()) in words for question in QUESTIONS)
    assert "At 7 requests per second" in screen.shown


def test_what_is_no_answer_is_asked_again(opened: Open) -> None:
    screen = opened()
    answer(screen, {})
    screen.press(RATE, CONTROL_U, "-3", ENTER)
    screen.press(RATE, CONTROL_U, "51", ENTER)
    screen.press(SAVE, "n")

    assert screen.end() == 0
    assert "a number from 0.001 to 100,000,000, please" in screen.shown


def test_escape_goes_back(opened: Open) -> None:
    screen = opened()
    first, second = QUESTIONS[:2]
    screen.press(first.ask, DOWN, ENTER)
    screen.press(second.ask, ESCAPE)
    screen.wait(lambda: " » " in screen.question)
    screen.press(first.ask, DOWN)

    titles = [answer.title for answer in first.answers.values()]
    screen.wait(lambda: f" » {titles[1]}" in screen.question)


def test_control_c_leaves_and_writes_nothing(opened: Open, tmp_path: Path) -> None:
    screen = opened()
    screen.press(QUESTIONS[0].ask, CONTROL_C)

    assert screen.end() == 130
    assert list(tmp_path.iterdir()) == []


def test_answers_are_saved_for_the_next_comparison(opened: Open, tmp_path: Path) -> None:
    screen = opened()
    answers = {"teams": "few", "load_shape": "peaks"}
    answer(screen, answers)
    screen.press(RATE, CONTROL_U, "7", ENTER)
    screen.press(SAVE, ENTER)

    assert screen.end() == 0
    assert "wrote needs.yaml" in screen.shown
    assert saved(tmp_path).answers == answers
    assert saved(tmp_path).load.requests_per_second == 7


def test_escape_at_the_end_asks_for_the_rate_again(opened: Open, tmp_path: Path) -> None:
    screen = opened()
    answer(screen, {})
    screen.press(RATE, CONTROL_U, "7", ENTER)
    screen.press(SAVE, ESCAPE)
    screen.press(RATE, CONTROL_U, "8", ENTER)
    screen.press(SAVE, ENTER)

    assert screen.end() == 0
    assert saved(tmp_path).load.requests_per_second == 8


BEFORE = "# ours\nversion: 1\nanswers: {teams: one}\n"
NOT_ANSWERED = tuple(question for question in QUESTIONS if question.id != "teams")


@pytest.mark.parametrize(
    ("keys", "written", "kept"),
    [("", "needs-2.yaml", True), ("overwrite", "needs.yaml", False), ("do not", None, True)],
    ids=["beside it", "over it", "not at all"],
)
def test_a_file_is_overwritten_only_on_request(
    opened: Open, tmp_path: Path, keys: str, written: str | None, kept: bool
) -> None:
    (tmp_path / "needs.yaml").write_text(BEFORE)
    screen = opened("--for", "needs.yaml")
    answer(screen, {"boundaries": "stable"}, NOT_ANSWERED)
    screen.press(RATE, ENTER)
    screen.press(WHERE, keys, ENTER)

    assert screen.end() == 0
    assert ((tmp_path / "needs.yaml").read_text() == BEFORE) == kept
    if written:
        assert saved(tmp_path, written).answers == {"teams": "one", "boundaries": "stable"}
    else:
        assert [each.name for each in tmp_path.iterdir()] == ["needs.yaml"]


def test_nothing_new_is_not_saved(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "needs.yaml").write_text(BEFORE)
    screen = opened("--for", "needs.yaml")
    answer(screen, {}, NOT_ANSWERED)
    screen.press(RATE, ENTER)

    assert screen.end() == 0
    assert (tmp_path / "needs.yaml").read_text() == BEFORE


def test_what_cannot_be_written_is_offered_again(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "needs.yaml").mkdir()
    screen = opened()
    answer(screen, {"teams": "one"})
    screen.press(RATE, ENTER)
    screen.press(WHERE, "overwrite", ENTER)
    screen.press(WHERE, "to needs-2", ENTER)

    assert screen.end() == 0
    assert "error: this is a folder (needs.yaml)" in screen.shown
    assert saved(tmp_path, "needs-2.yaml").answers == {"teams": "one"}


def test_answers_that_clash_are_opened_again_and_no_others(opened: Open, tmp_path: Path) -> None:
    clashing = clash()
    others = {"teams": "one", "technologies": "one", "followers": "rarely"}
    rest = {id: each for id, each in others.items() if id not in clashing}
    screen = opened()
    answer(screen, {**rest, **clashing})
    screen.press(RATE, ENTER)
    again = tuple(question for question in QUESTIONS if question.id in clashing)
    screen.press(again[0].ask, UNKNOWN, ENTER)
    for question in again[1:]:
        screen.press(question.ask, ENTER)
    screen.press(SAVE, ENTER)

    assert screen.end() == 0
    assert f"1 of {len(again)}  " in screen.shown
    assert saved(tmp_path).answers == {**rest, **{each.id: clashing[each.id] for each in again[1:]}}
    assert all(f"{id}: {each}" in " ".join(screen.shown.split()) for id, each in clashing.items())


def test_a_file_that_clashes_is_put_right(opened: Open, tmp_path: Path) -> None:
    clashing = clash()
    lines = [f"  {id}: {each}" for id, each in clashing.items()]
    (tmp_path / "needs.yaml").write_text("\n".join(["version: 1", "answers:", *lines, ""]))
    screen = opened("--for", "needs.yaml")
    answer(screen, {}, tuple(each for each in QUESTIONS if each.id not in clashing))
    screen.press(RATE, ENTER)
    first, *others = (question for question in QUESTIONS if question.id in clashing)
    screen.press(first.ask, UNKNOWN, ENTER)
    for question in others:
        screen.press(question.ask, ENTER)
    screen.press(WHERE, "overwrite", ENTER)

    assert screen.end() == 0
    assert not is_clash(saved(tmp_path).answers)


def test_a_pattern_that_does_not_exist_is_refused_before_the_questions(opened: Open) -> None:
    screen = opened("monolit")

    assert screen.end() == 2
    assert "there is no pattern" in screen.shown
    assert QUESTIONS[0].ask not in screen.shown


def is_asked(screen: Screen, beginning: str) -> bool:
    return screen.question.startswith(f"? {beginning}")


@pytest.mark.parametrize("columns", [40, 80])
def test_lines_break_between_words(opened: Open, columns: int) -> None:
    screen = opened(columns=columns)
    for question in QUESTIONS:
        beginning = question.ask[:20]
        screen.wait(partial(is_asked, screen, beginning))
        shown = " ".join(" ".join(screen.lines).split())
        for text in (question.ask, question.why.text, *(each.title for each in question.answers.values())):
            assert " ".join(text.split()) in shown
        screen.press(beginning, ENTER)
