"""`compare` at the command line: data on stdout, messages on stderr, a file as a whole or not at all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from blueprint.cli.main import run
from blueprint.knowledge.prices import FILE as PRICES
from tests.support.comparisons import FOLDER, base

Capture = pytest.CaptureFixture[str]

IOT = str(FOLDER / "iot-small.yaml")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


def test_a_report_is_data_and_what_comes_next_is_a_message(capsys: Capture) -> None:
    assert run(["compare", "--for", IOT]) == 0
    out, err = capsys.readouterr()
    assert "Monolith first in 91 %, or 66 % with correlated errors, of plausible weightings:" in out
    assert err == "next: blueprint new NAME -p monolith\n"


def test_without_needs_the_next_step_is_to_tell_them(capsys: Capture) -> None:
    assert run(["compare"]) == 0
    assert capsys.readouterr().err == "next: blueprint compare --ask\n"


@pytest.mark.parametrize("columns", [60, 80, 110])
def test_a_report_fits_its_terminal(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    run(["compare", "--for", IOT, "--rate", "1000000"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= columns


def test_colour_comes_only_on_request(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    run(["compare"])
    assert "\x1b" not in capsys.readouterr().out
    run(["compare", "--color", "always"])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    run(["compare"])
    assert "\x1b" not in capsys.readouterr().out


def answer(capsys: Capture) -> Any:
    return json.loads(capsys.readouterr().out)


def test_programs_get_one_object(capsys: Capture) -> None:
    assert run(["compare", "--for", IOT, "--json"]) == 0
    found = answer(capsys)
    assert (found["command"], found["status"]) == ("compare", "ok")
    assert found["data"]["recommendation"]["leader"] == "monolith"


def test_the_format_json_is_the_data_alone(capsys: Capture) -> None:
    assert run(["compare", "--for", IOT, "--format", "json"]) == 0
    plain = answer(capsys)
    run(["compare", "--for", IOT, "--json"])
    assert plain == answer(capsys)["data"]


def test_a_stated_weight_counts_more_than_the_file(capsys: Capture) -> None:
    run(["compare", "--for", IOT, "--weight", "scaling=100", "--weight", "simplicity=0", "--json"])
    weights = answer(capsys)["data"]["weights"]
    assert weights["scaling"] == {"low": 90, "high": 100, "source": "weights.scaling"}
    assert weights["simplicity"]["high"] == 0


def test_a_gate_is_not_applied_on_request(capsys: Capture) -> None:
    needs = str(FOLDER / "e-commerce-small.yaml")
    assert run(["compare", "--for", needs, "--without-gate", "borders-unknown"]) == 0
    assert "Gates that are not applied: borders-unknown." in capsys.readouterr().out
    assert run(["compare", "--for", needs, "--without-gate", "borders-unknown", "--json"]) == 0
    data = answer(capsys)["data"]
    assert data["without_gates"] == ["borders-unknown"]
    assert len(data["recommendation"]["order"]) == 3


def test_a_price_file_changes_the_bill(here: Path, capsys: Capture) -> None:
    text = PRICES.read_text("utf-8").replace(
        "balancer_hour: {value: 0.0225", "balancer_hour: {value: 10.0225"
    )
    (here / "prices.yaml").write_text(text)
    run(["compare", "--json"])
    before = answer(capsys)["data"]["costs"][0]["floor"]["expected"]
    run(["compare", "--prices", "prices.yaml", "--json"])
    assert answer(capsys)["data"]["costs"][0]["floor"]["expected"] == pytest.approx(before + 7300)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("report.md", "# Architecture of"),
        ("report.json", "{\n"),
        ("report.html", "<!doctype html>"),
        ("report.txt", "Architecture of"),
    ],
)
def test_the_ending_of_the_file_tells_the_format(name: str, start: str, here: Path, capsys: Capture) -> None:
    assert run(["compare", "--for", IOT, "-o", name]) == 0
    assert (here / name).read_text("utf-8").startswith(start)
    assert capsys.readouterr().out == f"wrote {name}\n"


def test_a_file_is_replaced_as_a_whole_and_keeps_its_mode(here: Path) -> None:
    (here / "report.md").write_text("old")
    (here / "report.md").chmod(0o640)
    run(["compare", "-o", "report.md"])
    assert (here / "report.md").read_text("utf-8").startswith("# Architecture compared")
    assert (here / "report.md").stat().st_mode & 0o777 == 0o640


BAD = [
    (["monolit"], 2, 'there is no pattern "monolit"'),
    (["--weight", "speed=3"], 2, 'there is no criterion "speed"'),
    (["--weight", "scaling=101"], 2, 'a weight must be a number from 0 to 100, not "101"'),
    (["--format", "pdf"], 2, 'unknown format "pdf"'),
    (["-o", "report.pdf"], 2, 'unknown file extension ".pdf"'),
    (["--without-gate", "door"], 2, 'there is no gate "door"'),
    (["--problem", "boredom"], 2, 'there is no problem "boredom"'),
    (["--rate", "-5"], 2, 'a rate must be a number from 0.001 to 100,000,000, not "-5"'),
    (["--rate", "inf"], 2, 'a rate must be a number from 0.001 to 100,000,000, not "inf"'),
    (["--for", "nowhere.yaml"], 2, "the file does not exist (nowhere.yaml)"),
    (["--for", "."], 2, "this is a folder, not a file (.)"),
    (["--ask"], 2, "there is no terminal to ask questions"),
    (["--for", "needs.yaml"], 3, 'unknown question "team" (needs.yaml:2:11)'),
    (["--prices", "prices.yaml"], 3, 'the file lacks the key "prices" (prices.yaml:1:1)'),
    (["-o", "."], 4, "this is a folder (.)"),
    (["-o", "nowhere/below/report.md"], 5, "the folder of the output file does not exist (nowhere/below)"),
    (["--weight", "performance=3"], 2, 'there is no criterion "performance", because "efficiency" covers it'),
    (
        ["--weight", "Response Time=3"],
        2,
        'there is no criterion "Response Time", because "efficiency" covers it',
    ),
    (["--format", "html", "-o", "x.json"], 2, '--format html does not fit the file extension ".json"'),
    (["--rate", "1e12"], 2, 'nothing can serve "1e12" requests a second'),
    (["--print-prices", "--rate", "5"], 2, "--print-prices takes no other option than -o"),
    (["--for", "available.yaml"], 3, '"availability" is "101", which is out of range (available.yaml:3:22)'),
]


@pytest.mark.parametrize(("flags", "code", "message"), BAD)
def test_what_is_wrong_is_one_line_with_a_hint_and_nothing_is_written(
    flags: list[str], code: int, message: str, here: Path, capsys: Capture
) -> None:
    (here / "needs.yaml").write_text("version: 1\nanswers: {team: one}\n")
    (here / "prices.yaml").write_text('region: here\npriced_on: "2026-01-01"\nassumptions: {}\n')
    (here / "available.yaml").write_text("version: 1\nanswers: {}\nload: {availability: 101}\n")
    before = sorted(here.iterdir())
    assert run(["compare", *([] if "-o" in flags else ["-o", "report.md"]), *flags]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == f"error: {message}"
    assert re.match(r"hint: .+", err.splitlines()[1])
    assert sorted(here.iterdir()) == before


def test_answers_that_exclude_each_other_are_refused_with_the_least_change(
    here: Path, capsys: Capture
) -> None:
    answers = "{waiting: always, consistency: never, outage: nothing, teams: one}"
    (here / "needs.yaml").write_text(f"version: 1\nanswers: {answers}\n")
    assert run(["compare", "--for", "needs.yaml"]) == 3
    error, hint = capsys.readouterr().err.splitlines()
    assert (
        "these answers exclude each other: waiting: always and consistency: never and outage: nothing"
        in error
    )
    assert hint == "hint: the least change: waiting: some or consistency: rarely or outage: part"


def test_an_undecided_comparison_names_a_command_that_explains_why(capsys: Capture) -> None:
    assert run(["compare", "--for", str(FOLDER / "e-commerce-large.yaml")]) == 0
    assert capsys.readouterr().err == "next: blueprint explain extensibility\n"
    assert run(["explain", "extensibility"]) == 0


def test_where_no_pattern_fits_the_next_command_explains_what_does(here: Path, capsys: Capture) -> None:
    answers = ", ".join(f"{id}: {next(iter(question.answers))}" for id, question in base().questions.items())
    (here / "needs.yaml").write_text(
        f"version: 1\nanswers: {{{answers.replace('work: requests', 'work: batch')}}}\n"
    )
    assert run(["compare", "--for", "needs.yaml"]) == 0
    assert capsys.readouterr().err == "next: blueprint explain scheduled-pipeline\n"
    assert run(["explain", "scheduled-pipeline"]) == 0


def test_all_needs_that_exclude_each_other_are_named(here: Path, capsys: Capture) -> None:
    (here / "needs.yaml").write_text(
        "version: 1\nanswers: {waiting: always, consistency: never, outage: nothing, load_shape: steady, "
        "followers: often}\nweights: {performance: 3}\nload: {peak_factor: 50, messages_per_second: 0}\n"
    )
    assert run(["compare", "--for", "needs.yaml"]) == 3
    errors = capsys.readouterr().err.splitlines()
    assert [line.partition(" exclude each other")[0] for line in errors if line.startswith("error:")] == [
        "error: these answers",
        'error: there is no criterion "performance", because "efficiency" covers it (needs.yaml:3:11)',
        "error: load_shape: steady and peak_factor: 50",
        "error: followers: often and messages_per_second: 0",
    ]
    assert "hint: the least change: load_shape: peaks or peak_factor: 10" in errors


@pytest.mark.parametrize("form", ["table", "markdown", "json", "html", "madr"])
def test_hostile_names_are_never_printed_raw(form: str, here: Path, capsys: Capture) -> None:
    raw = "\\e[31mred\\u202Eright\\u2066\\u200Fmark"
    (here / "needs.yaml").write_text(f'version: 1\nname: "{raw}"\nanswers: {{teams: one}}\n')
    (here / "wrong.yaml").write_text(f'version: 1\nanswers: {{"{raw}": one}}\nweights: {{"{raw}": 1}}\n')
    assert run(["compare", "--for", "needs.yaml", "--format", form]) == 0
    assert run(["compare", "--for", "wrong.yaml"]) == 3
    assert run(["compare", "-o", "\x1b[31m\u202e/x.md"]) == 5
    printed = "".join(capsys.readouterr())
    assert "red" in printed
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", printed)


def test_the_price_book_is_printed_to_be_edited(here: Path, capsys: Capture) -> None:
    assert run(["compare", "--print-prices"]) == 0
    assert capsys.readouterr().out == PRICES.read_text("utf-8")
    assert run(["compare", "--print-prices", "-o", "mine.yaml"]) == 0
    assert (here / "mine.yaml").read_text("utf-8") == PRICES.read_text("utf-8")
    assert run(["compare", "--prices", "mine.yaml", "--json"]) == 0


SPEC = """\
version: 1
name: shop
pattern: microservices
stack: fastapi
services:
  notes:
    resource: {text: str}
    publishes: {created: note.taken}
  archive:
    resource: {text: str}
"""


def test_inside_a_project_its_own_numbers_count(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (here / ".blueprint").mkdir()
    (here / "blueprint.yaml").write_text(SPEC)
    (here / "src").mkdir()
    monkeypatch.chdir(here / "src")
    assert run(["compare", "--json"]) == 0
    out, err = capsys.readouterr()
    load = json.loads(out)["data"]["needs"]["load"]
    assert (load["services"], load["events"]) == (2, 1)
    assert "using the services and events of shop, currently microservices" in err


def test_a_project_that_is_not_valid_is_said_with_its_place(here: Path, capsys: Capture) -> None:
    (here / ".blueprint").mkdir()
    (here / "blueprint.yaml").write_text(SPEC.replace("fastapi", "[fastapi]"))
    assert run(["compare"]) == 3
    assert "blueprint.yaml:4" in capsys.readouterr().err


def test_explain_shows_a_topic(capsys: Capture) -> None:
    assert run(["explain", "service", "discovery"]) == 0
    assert capsys.readouterr().out.startswith("Service discovery\n")


def test_explain_lists_its_topics(capsys: Capture) -> None:
    assert run(["explain"]) == 0
    assert "service-discovery" in capsys.readouterr().out


def test_explain_answers_programs(capsys: Capture) -> None:
    assert run(["explain", "3", "--json"]) == 0
    assert answer(capsys)["data"]["title"] == "Exit code 3: invalid file"


def test_explain_refuses_what_it_does_not_know(capsys: Capture) -> None:
    assert run(["explain", "monolit"]) == 2
    assert capsys.readouterr().err.splitlines()[1] == 'hint: did you mean "monolith"?'
