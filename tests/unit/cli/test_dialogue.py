"""The questions of `new`, as a user sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from tests.unit.cli.screen import CONTROL_C, CONTROL_D, CONTROL_U, DOWN, ENTER, ESCAPE, UP, Screen

PATTERNS = [pack.id for pack in load_catalog().offers("pattern")]
NAME = "What is its name?"
PATTERN = "Which architecture pattern?"
PRESET = "Which preset?"
AUTH = "How do callers log in?"
WRITE = "Write it?"
QUESTIONS = (NAME, PATTERN, PRESET, AUTH, WRITE)

Open = Callable[..., Screen]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, named as no project can be."""
    folder = tmp_path / "Web Shop"
    folder.mkdir()
    return folder


@pytest.fixture
def new(folder: Path) -> Iterator[Open]:
    """Types `blueprint new` with these words, in the folder."""
    screens: list[Screen] = []

    def start(*words: str, columns: int = 80) -> Screen:
        screens.append(Screen(folder, ("new", *words), columns))
        return screens[-1]

    yield start
    for screen in screens:
        screen.close()


def spec_of(project: Path) -> str:
    return (project / "blueprint.yaml").read_text()


def test_five_answers_make_a_project(new: Open, folder: Path) -> None:
    screen = new("--no-git")
    screen.press(NAME, CONTROL_U, "lamps", ENTER)
    screen.press(PATTERN, DOWN, ENTER)
    screen.press(PRESET, UP, ENTER)
    screen.press(AUTH, "open", ENTER)
    screen.press(WRITE, "y")

    assert screen.end() == 0
    assert f"pattern: {PATTERNS[1]}\n" in spec_of(folder / "lamps")
    assert "preset: e-commerce\n" in spec_of(folder / "lamps")
    assert "auth: oidc\n" in spec_of(folder / "lamps")
    assert "next: blueprint run lamps" in screen.lines


def test_enter_takes_the_name_of_the_folder_and_the_first_entries(new: Open, folder: Path) -> None:
    screen = new("--no-git")
    for question in QUESTIONS:
        screen.press(question, ENTER)

    assert screen.end() == 0
    assert f"pattern: {PATTERNS[0]}\n" in spec_of(folder / "web-shop")
    assert "auth:" not in spec_of(folder / "web-shop")


def test_typing_filters_a_list(new: Open) -> None:
    screen = new("web-shop")
    screen.press(PATTERN, "micro")

    assert [
        pattern.title for pattern in load_catalog().offers("pattern") if pattern.title in screen.question
    ] == ["Microservices"]


def test_the_selected_entry_is_described_within_the_width(new: Open) -> None:
    screen = new("web-shop", columns=50)
    screen.press(PATTERN, DOWN)

    described = screen.question.partition("Description: ")[2]
    summary = next(pack.summary for pack in load_catalog().offers("pattern") if pack.id == PATTERNS[1])
    assert " ".join(described.split()) == summary


def test_the_summary_says_what_is_written_and_where(new: Open, folder: Path) -> None:
    screen = new("lamps", "--no-git", columns=250)
    screen.press(PATTERN, ENTER)
    screen.press(PRESET, "e-com", ENTER)
    screen.press(AUTH, ENTER)
    screen.press(WRITE, "n")

    assert screen.end() == 0
    assert "  lamps: Monolith, E-commerce" in screen.lines
    assert f"  in {folder / 'lamps'}" in screen.lines
    assert "nothing was written" in screen.lines
    assert list(folder.iterdir()) == []


def test_escape_goes_back_to_a_question_and_keeps_its_answer(new: Open, folder: Path) -> None:
    screen = new("--no-git")
    screen.press(NAME, CONTROL_U, "lamps", ENTER)
    screen.press(PATTERN, DOWN, ENTER)
    screen.press(PRESET, ESCAPE)
    screen.press(PATTERN, ESCAPE)
    screen.press(f"{NAME} lamps", "-two", ENTER)
    screen.press(PATTERN, ENTER)
    screen.press(PRESET, ENTER)
    screen.press(AUTH, ENTER)
    screen.press(WRITE, ENTER)

    assert screen.end() == 0
    assert f"pattern: {PATTERNS[1]}\n" in spec_of(folder / "lamps-two")
    assert sum(line.startswith(f"? {PRESET}") for line in screen.lines) == 1


def test_a_name_that_is_none_is_asked_again(new: Open) -> None:
    screen = new("-p", "monolith", "--no-git")
    screen.press(NAME, CONTROL_U, "Lamp Shop", ENTER)
    screen.press(NAME, CONTROL_U, "lamps", ENTER)
    screen.press(WRITE, ENTER)

    assert screen.end() == 0
    assert 'for example "lamp-shop"' in screen.shown


@pytest.mark.parametrize("flag", [("-p", "monolith"), ("--preset", "blank"), ("-y",)])
def test_with_a_flag_nothing_is_asked(flag: tuple[str, ...], new: Open) -> None:
    screen = new("web-shop", "-n", *flag)

    assert screen.end() == 0
    assert "?" not in screen.shown


@pytest.mark.parametrize("flag", ["-y", "--json"])
def test_a_missing_name_is_not_asked_for_where_questions_are_not_wanted(flag: str, new: Open) -> None:
    screen = new("-p", "monolith", flag)

    assert screen.end() == 2
    assert NAME not in screen.shown


@pytest.mark.parametrize("word", ["Shop", "taken"])
def test_nothing_is_asked_about_a_project_that_cannot_be(word: str, new: Open, folder: Path) -> None:
    (folder / "taken").write_text("not yours")
    screen = new(word)

    assert screen.end() in (3, 4)
    assert PATTERN not in screen.shown


def test_a_signal_at_a_question_leaves_nothing_and_a_terminal_that_works(new: Open, folder: Path) -> None:
    screen = new("web-shop")
    screen.press(PATTERN, DOWN)
    assert not screen.reads_lines

    assert screen.terminate() == 143
    assert screen.reads_lines
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("key", [CONTROL_C, CONTROL_D])
@pytest.mark.parametrize("last", QUESTIONS)
def test_leaving_at_a_question_leaves_nothing(last: str, key: str, new: Open, folder: Path) -> None:
    screen = new()
    for question in QUESTIONS[: QUESTIONS.index(last)]:
        screen.press(question, ENTER)
    screen.press(last, *([CONTROL_U] if (last, key) == (NAME, CONTROL_D) else []), key)

    assert screen.end() == 130
    assert "error" not in screen.shown
    assert list(folder.iterdir()) == []
