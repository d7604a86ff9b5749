"""Every sentence with a number traces to a claim, to an input, or to what it was calculated from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html import unescape

import pytest
from msgspec.structs import replace

from blueprint.knowledge.comparison import Comparison
from blueprint.report.comparing.answer import headline
from blueprint.report.comparing.data import as_data
from blueprint.report.comparing.decision_record import record
from blueprint.report.comparing.formats import Format, rendered
from blueprint.report.comparing.report import report
from blueprint.report.document import Document, Paragraph
from tests.support.comparisons import SCENARIOS, SETTING, answered, compared, comparison, needs_of
from tests.unit.report.comparing.tracing import numbers_in, passages, said_by

CALCULATED_FROM = {
    "smaa",
    "our-draws",
    "tipping",
    "prices",
    "assumptions",
    "swing-weights",
    "our-scale",
    "our-price-age",
}

CASES = {
    "nothing known": comparison(),
    "a rate": comparison("e-commerce-large", rate=1_000_000.0),
    "a problem": comparison(problem="tight-coupling"),
    "no pattern fits": compared(answered(work="batch")),
    "weights": compared(replace(needs_of("iot-small"), weights={"scaling": 80.0})),
    "two patterns": compared(needs_of("e-commerce-medium"), "monolith", "microservices"),
    **{scenario: comparison(scenario) for scenario in SCENARIOS},
}
every_case = pytest.mark.parametrize("name", CASES)


@cache
def shown(name: str, form: Format) -> str:
    return rendered(CASES[name], form, SETTING)


def documents(case: Comparison) -> Iterator[Document]:
    yield report(case, SETTING.built, SETTING.today)
    yield record(case)


@every_case
def test_every_number_of_a_document_has_a_source(name: str) -> None:
    for document in documents(CASES[name]):
        for passage in passages(document):
            if passage.computed:
                assert CALCULATED_FROM & set(passage.refs) or any(":" in ref for ref in passage.refs), passage
                said_by(passage.refs, CASES[name])
            else:
                assert numbers_in(passage.text) <= numbers_in(said_by(passage.refs, CASES[name])), passage


@every_case
def test_every_ref_is_listed_with_its_source(name: str) -> None:
    for document in documents(CASES[name]):
        listed = [source.ref for source in document.sources]
        used = {ref for passage in passages(document) for ref in passage.refs}
        assert set(listed) == used
        assert len(listed) == len(used)


@every_case
def test_every_line_of_markdown_with_a_number_has_a_footnote(name: str) -> None:
    forms: tuple[Format, ...] = ("markdown", "madr")
    for form in forms:
        text = shown(name, form)
        body = re.sub(r"```.*?```|\A---.*?\n---|^\[\^.*$|^#.*$", "", text, flags=re.DOTALL | re.MULTILINE)
        lines = [re.sub(r"\[\^[^\]]+\]", "", line) for line in body.splitlines() if "[^" not in line]
        assert [line for line in lines if numbers_in(line)] == []
        for ref in set(re.findall(r"\[\^([^\]]+)\](?!:)", body)):
            assert f"\n[^{ref}]: " in text


@every_case
@pytest.mark.parametrize("width", [60, 200])
def test_the_terminal_shows_no_number_that_the_document_does_not_hold(name: str, width: int) -> None:
    document = report(CASES[name], SETTING.built, SETTING.today)
    held = {number for passage in passages(document) for number in numbers_in(passage.text)}
    text = rendered(CASES[name], "table", replace(SETTING, width=width))
    # A number that is cut at the end of a line is none of its own.
    assert numbers_in(" ".join(text.split())) <= held


@every_case
def test_every_section_of_the_terminal_with_a_number_names_a_source(name: str) -> None:
    text = shown(name, "table")
    for section in re.split(r"\n\n(?=[A-Z][A-Z ,]+\n)", text)[1:]:
        if numbers_in(section):
            assert re.search(r"\[[a-z][\w:.,\s-]+\]", section), section


def texts_in(value: object, inherited: bool = False) -> Iterator[tuple[str, bool]]:
    """All texts in JSON data, and whether refs or the id of a claim stand beside or above them."""
    if isinstance(value, dict):
        has_source = inherited or bool({"refs", "source", "claim", "claims", "for", "when"} & value.keys())
        for each in value.values():
            yield from texts_in(each, has_source)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each, inherited)
    elif isinstance(value, str):
        yield value, inherited


@every_case
def test_every_text_of_the_json_with_a_number_stands_beside_its_source(name: str) -> None:
    data = json.loads(json.dumps(as_data(CASES[name], SETTING.built)))
    del data["needs"], data["project"]
    region, priced_on = data["prices"].pop("region"), data["prices"].pop("priced_on")
    assert region
    assert priced_on
    assert [text for text, has_source in texts_in(data) if numbers_in(text) and not has_source] == []


@every_case
@pytest.mark.parametrize("form", ["table", "markdown", "madr", "json", "html"])
def test_nothing_that_was_only_recalled_is_said(name: str, form: Format) -> None:
    text = shown(name, form)
    recalled = [claim for claim in CASES[name].base.claims.values() if not claim.is_citable]
    assert recalled
    for claim in recalled:
        assert claim.id not in text
        assert claim.statement not in text


def test_contradicting_evidence_stands_beside_the_supporting() -> None:
    text = shown("nothing known", "markdown")
    (row,) = re.findall(r"^\| Microservices can cost less to run than a monolith.*$", text, re.MULTILINE)
    assert "[^prime-video-tool]" in row
    assert "One monitoring tool of Prime Video" in row


def test_the_studies_of_the_article_are_called_what_they_are() -> None:
    text = shown("nothing known", "markdown")
    netflix = re.findall(r"^\| The article cites a study by Netflix.*$", text, re.MULTILINE)
    uber = re.findall(r"^\| The article cites a study by Uber.*$", text, re.MULTILINE)
    assert "| misattributed | No such study was found." in netflix[0]
    assert "| unsupported | Not found is not disproved." in uber[0]


def sources_in(text: str, form: Format) -> dict[str, str]:
    """The sources at the end of a report, by ref, without the escapes of the format."""
    if form == "html":
        items = re.findall(r'<li id="source-[^"]*"><b>([^<]+)</b>(.*?)</li>', text, re.DOTALL)
        return {ref: unescape(said) for ref, said in items}
    return {
        ref: said.replace("\\", "") for ref, said in re.findall(r"^\[\^([^]]+)\]: (.*)$", text, re.MULTILINE)
    }


@every_case
@pytest.mark.parametrize("form", ["markdown", "html", "madr"])
def test_sources_tell_whether_we_read_them_and_quote_with_marks(name: str, form: Format) -> None:
    told = sources_in(shown(name, form), form)
    claims = [claim for id, claim in CASES[name].base.claims.items() if id in told]
    assert claims
    for claim in claims:
        assert ("not read by us" in told[claim.id]) == (not claim.is_read)
        assert (f'"{claim.quote}"' in told[claim.id]) == (claim.quote is not None)


@every_case
def test_the_terminal_marks_what_we_did_not_read(name: str) -> None:
    claims, text = CASES[name].base.claims, shown(name, "table")
    refs = re.findall(r"([\w-]+)(\*?)(?=[],])", text)
    assert {ref for ref, mark in refs if mark} == {
        ref for ref, _ in refs if ref in claims and not claims[ref].is_read
    }
    assert ("* not read by us" in text) == any(mark for _, mark in refs)


def test_the_json_tells_what_we_did_not_read_and_quotes() -> None:
    told = json.loads(shown("nothing known", "json"))["claims"]
    for id, claim in CASES["nothing known"].base.claims.items():
        if claim.is_citable:
            assert ("not read by us" in told[id]["how_read"]) == (not claim.is_read)
            assert told[id]["quote"] == claim.quote


def test_a_claim_of_the_article_is_never_told_as_a_fact() -> None:
    text = " ".join(shown("nothing known", "markdown").split())
    for claim in CASES["nothing known"].base.claims.values():
        if claim.kind == "article" and not claim.statement.startswith("The article"):
            for before, _ in re.findall(rf"(.{{20}})({re.escape(claim.statement.removesuffix('.'))})", text):
                assert before.endswith(("The article says: ", "the article says: ", "| ")), (claim.id, before)


@every_case
def test_what_stands_out_rests_on_what_we_read(name: str) -> None:
    claims = CASES[name].base.claims
    strong = [
        block.sentence
        for document in documents(CASES[name])
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Paragraph) and block.strong
    ]
    refs = {ref for sentence in (headline(CASES[name]), *strong) for ref in sentence.refs}
    refs |= {ref for form in CASES[name].forms for ref in form.shape.why.refs}
    assert [ref for ref in refs if ref in claims and not claims[ref].is_read] == []
