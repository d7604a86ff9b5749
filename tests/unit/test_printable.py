"""What comes from a file does nothing to a terminal."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.plain_text import PlainTextOutput

from blueprint.cli.console import Terminal
from blueprint.cli.main import run
from blueprint.cli.prompts import Offer, Prompts
from blueprint.printable import json_line, lines, one_line, styled_lines
from blueprint.report.comparing.formats import FORMATS
from blueprint.report.result import Result
from tests.unit.cli.projects import project_at

Capture = pytest.CaptureFixture[str]

HOSTILE = "a\x1b[2Jb\x1b]0;title\x07c\x9b31md\u202ee\x08f\x1bPq\x1b\\g\x7f"
QUOTED = json.dumps(HOSTILE)
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
STYLE = re.compile(r"\x1b\[[0-9;]*m")


def safe(text: str) -> bool:
    return not UNSAFE.search(STYLE.sub("", text))


def test_nothing_is_left_that_moves_a_cursor() -> None:
    assert one_line(HOSTILE + "\n\t") == "abc31mdefg\t"
    assert lines(HOSTILE + "\n") == "abc31mdefg\n"
    assert lines("a\x1b]0;and so on\nb") == "a0;and so on\nb"
    assert styled_lines(f"\x1b[1m{HOSTILE}\x1b[0m") == "\x1b[1mabc31mdefg\x1b[0m"


def test_json_keeps_what_it_says() -> None:
    text = json_line(json.dumps([HOSTILE], ensure_ascii=False))

    assert safe(text)
    assert json.loads(text) == [HOSTILE]


@pytest.mark.parametrize("color", ["always", "never"])
@pytest.mark.parametrize("say", ["say", "show", "note"])
def test_every_way_to_say_something_is_safe(say: str, color: str, capsys: Capture) -> None:
    terminal = Terminal(color, json=False)
    getattr(terminal, say)(HOSTILE)

    assert "".join(capsys.readouterr()) == "abc31mdefg\n"


def test_the_answer_for_programs_is_safe_and_says_it_all(capsys: Capture) -> None:
    Terminal("always", json=True).answer(Result("x", "ok", data={"name": HOSTILE}))

    out = capsys.readouterr().out
    assert safe(out)
    assert json.loads(out)["data"]["name"] == HOSTILE


def test_a_question_and_its_answers_are_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = io.StringIO()
    with create_pipe_input() as typed:
        place = {"input": typed, "output": PlainTextOutput(drawn)}
        monkeypatch.setattr(Prompts, "_place", lambda _: place)
        typed.send_text("\r")

        offers = [Offer("x", HOSTILE, HOSTILE)]
        assert Prompts(Terminal("never", json=False)).choose(HOSTILE, offers) == "x"

    assert drawn.getvalue().count("abc31mdefg") >= 3
    assert "\x1b" not in drawn.getvalue()


def _needs(here: Path) -> None:
    (here / "needs.yaml").write_text(f"version: 1\nanswers: {{}}\nname: {QUOTED}\n")


def _odd_needs(here: Path) -> None:
    (here / "needs.yaml").write_text(f"version: 1\nanswers: {{{QUOTED}: {QUOTED}}}\n{QUOTED}: {QUOTED}\n")


def _prices(here: Path) -> None:
    (here / "prices.yaml").write_text(f"region: {QUOTED}\npriced_on: {QUOTED}\n{QUOTED}: 1\n")


def _project(here: Path) -> None:
    project_at(here / "shop")
    spec = here / "shop/blueprint.yaml"
    spec.write_text(f"{spec.read_text()}  {QUOTED}:\n    resource: {{{QUOTED}: {QUOTED}}}\n")


def _edited(here: Path) -> None:
    readme = project_at(here / "shop") / "README.md"
    readme.write_text(f"{HOSTILE}\n{readme.read_text()}")
    spec = here / "shop/blueprint.yaml"
    spec.write_text(f"{spec.read_text()}  letters:\n    resource: {{title: str}}  # {HOSTILE[0]}\n")


def _template(here: Path) -> None:
    folder = here / "t/{{cookiecutter.slug}}"
    folder.mkdir(parents=True)
    questions = {"slug": "x", "note": HOSTILE, HOSTILE: HOSTILE, "made": '{{ "\\x1b[2J" }}'}
    (here / "t/cookiecutter.json").write_text(json.dumps(questions))
    (folder / f"a{HOSTILE.replace('/', '')}").write_text("x")


def _lock(here: Path) -> None:
    lock = project_at(here / "shop") / ".blueprint/lock.json"
    told = json.loads(lock.read_text())
    lock.write_text(json.dumps({**told, "blueprint": f"99{HOSTILE}"}))


CASES: list[tuple[Callable[[Path], None], list[str]]] = [
    *((_needs, ["compare", "--for", "needs.yaml", "--format", form]) for form in FORMATS),
    (_odd_needs, ["compare", "--for", "needs.yaml"]),
    (_prices, ["compare", "--prices", "prices.yaml"]),
    (_project, ["check", "shop"]),
    (_project, ["sync", "shop"]),
    (_project, ["add-service", "letters", "--field", "title: str", "-C", "shop"]),
    (_project, ["new", "other", "--spec", "shop/blueprint.yaml"]),
    (_edited, ["sync", "-n", "shop"]),
    (_edited, ["check", "shop"]),
    (_template, ["new", "--template", "t", "-y", "-n"]),
    (_template, ["new", "--template", "t", "-y", "--answer", f"{HOSTILE}=1"]),
    (_lock, ["check", "shop"]),
    (lambda _: None, ["check", f"no{HOSTILE}"]),
    (lambda _: None, [HOSTILE]),
]


@pytest.mark.parametrize("color", ["always", "never"])
@pytest.mark.parametrize(
    ("prepare", "words"), CASES, ids=lambda each: " ".join(each) if isinstance(each, list) else ""
)
def test_no_command_prints_what_a_file_holds_to_the_terminal(
    prepare: Callable[[Path], None],
    words: list[str],
    color: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: Capture,
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)

    assert run([*words, "--color", color]) != 70
    out, err = capfd.readouterr()
    assert out or err
    assert safe(out)
    assert safe(err)
    assert "\x1b" not in out + err or color == "always"


@pytest.mark.parametrize("form", FORMATS)
def test_no_report_holds_what_moves_a_cursor(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _needs(tmp_path)

    assert run(["compare", "--for", "needs.yaml", "--format", form, "-o", "report"]) == 0
    report = (tmp_path / "report").read_text()
    assert safe(report)
    assert "\x1b" not in report
