"""The questions of `new`, as somebody at a terminal sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from tests.unit.cli.screen import Screen

PATTERNS = [pack.id for pack in load_catalog().offers("pattern")]
NUMBER = "Number or name [1]: "
NAME = "What is it called? "
CONTROL_C, CONTROL_D = "\x03", "\x04"


Open = Callable[..., Screen]


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Open]:
    """Types `blueprint new` with these words, in an empty folder."""
    screens: list[Screen] = []

    def start(*words: str, columns: int = 80) -> Screen:
        screens.append(Screen(tmp_path, ("new", *words), columns))
        return screens[-1]

    yield start
    for screen in screens:
        screen.close()


def spec_of(project: Path) -> str:
    return (project / "blueprint.yaml").read_text()


def test_three_answers_make_a_project(new: Open, tmp_path: Path) -> None:
    screen = new("--no-git")
    screen.answer(NUMBER, "2\n")
    screen.answer(NUMBER, "e-commerce\n")
    screen.answer(NAME, "web-shop\n")

    assert screen.end() == 0
    assert f"pattern: {PATTERNS[1]}\n" in spec_of(tmp_path / "web-shop")
    assert "preset: e-commerce\n" in spec_of(tmp_path / "web-shop")
    assert screen.shown.splitlines()[-1] == "next: blueprint run web-shop"


def test_enter_takes_the_first_offer(new: Open, tmp_path: Path) -> None:
    screen = new("web-shop", "--no-git")
    screen.answer(NUMBER, "\n")
    screen.answer(NUMBER, "\n")

    assert screen.end() == 0
    assert NAME not in screen.shown
    assert f"pattern: {PATTERNS[0]}\n" in spec_of(tmp_path / "web-shop")


def test_what_has_one_answer_is_not_asked(new: Open) -> None:
    screen = new()
    screen.answer(NUMBER, "1\n")
    screen.leave(NUMBER, CONTROL_C)

    assert len(load_catalog().offers("stack")) == 1
    assert "written in" not in screen.shown


def test_an_answer_that_is_none_is_asked_again(new: Open, tmp_path: Path) -> None:
    screen = new("--no-git")
    for answer in ("9\n", "nothing\n", "Monolith\n", "blank\n"):
        screen.answer(NUMBER, answer)
    screen.answer(NAME, "Web Shop\n")
    screen.answer(NAME, "web-shop\n")

    assert screen.end() == 0
    assert screen.shown.count(f"a number from 1 to {len(PATTERNS)}, please") == 2
    assert 'for example "web-shop"' in screen.shown
    assert (tmp_path / "web-shop").is_dir()


@pytest.mark.parametrize("flag", [("-p", "monolith"), ("--preset", "blank"), ("-y",)])
def test_who_gives_a_flag_is_asked_nothing(flag: tuple[str, ...], new: Open) -> None:
    screen = new("web-shop", "-n", *flag)

    assert screen.end() == 0
    assert NUMBER not in screen.shown


@pytest.mark.parametrize("flag", ["-y", "--json"])
def test_a_missing_name_is_not_asked_for_where_nobody_wants_questions(flag: str, new: Open) -> None:
    screen = new("-p", "monolith", flag)

    assert screen.end() == 2
    assert NAME not in screen.shown


@pytest.mark.parametrize("word", ["Shop", "taken"])
def test_nobody_is_asked_about_a_project_that_cannot_be(word: str, new: Open, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("not yours")
    screen = new(word)

    assert screen.end() in (3, 4)
    assert NUMBER not in screen.shown


@pytest.mark.parametrize("key", [CONTROL_C, CONTROL_D])
@pytest.mark.parametrize("question", [NUMBER, NAME])
def test_who_leaves_at_a_question_leaves_nothing(question: str, key: str, new: Open, tmp_path: Path) -> None:
    screen = new(*(("-p", "monolith") if question == NAME else ()))

    assert screen.leave(question, key) == 130
    screen.end()
    assert screen.shown.endswith("\n")
    assert "error" not in screen.shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_offers_stand_in_columns_that_fit(columns: int, new: Open) -> None:
    screen = new(columns=columns)
    screen.leave(NUMBER, CONTROL_C)

    offers = screen.shown.partition(NUMBER)[0].splitlines()[1:]
    starts = {match.end() for line in offers if (match := re.match(r"  \d  \S+ +", line))}
    assert max(map(len, offers)) <= columns
    assert len(starts) == 1
    assert all(line[: max(starts)].isspace() for line in offers if not re.match(r"  \d", line))
