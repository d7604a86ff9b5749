"""Whatever has an id can be explained, on a screen, with its sources."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from blueprint.cli.project_context import built_parts
from blueprint.errors import UsageError
from blueprint.knowledge.messages import load_messages
from blueprint.knowledge.needs import ABOUT_LOAD, Load
from blueprint.knowledge.prices import own_prices
from blueprint.report.comparing.decision_record import record
from blueprint.report.comparing.report import report
from blueprint.report.document import Grid
from blueprint.report.explaining.entries import Knowledge
from blueprint.report.explaining.topics import explained, overview
from blueprint.report.terminal import terminal_text
from tests.support.comparisons import SCENARIOS, SETTING, base, comparison
from tests.unit.report.comparing.tracing import numbers_in, passages, said_by

KNOWN = Knowledge(base(), load_messages(), own_prices(), built_parts())


def topics() -> Iterator[str]:
    (section,) = overview(KNOWN).sections
    (grid,) = section.blocks
    assert isinstance(grid, Grid)
    for row in grid.rows:
        yield from row.cells[1].split(", ")


TOPICS = tuple(topics())


def shown(topic: str) -> str:
    return " ".join(terminal_text(explained(topic, KNOWN), 80, colored=False).split())


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_fits_on_a_screen(topic: str) -> None:
    lines = terminal_text(explained(topic, KNOWN), 80, colored=False).splitlines()
    assert 3 < len(lines) <= {"prices": 90, "assumptions": 110}.get(topic, 48)
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("topic", TOPICS)
def test_every_number_of_a_topic_has_a_source(topic: str) -> None:
    for passage in passages(explained(topic, KNOWN)):
        if passage.computed:
            assert passage.refs
        elif passage.text != f"Exit code {topic}":
            known = said_by(passage.refs, comparison())
            claims = [base().claims[ref] for ref in passage.refs if ref in base().claims]
            sources = " ".join(
                f"{claim.source} {claim.address} {claim.year} {claim.where} {claim.quote}" for claim in claims
            )
            assert numbers_in(passage.text) <= numbers_in(f"{known} ; {sources}"), passage


@pytest.mark.parametrize(
    "kind", ["patterns", "criteria", "challenges", "tools", "problems", "use_cases", "companies", "claims"]
)
def test_everything_that_is_known_can_be_explained(kind: str) -> None:
    assert set(getattr(base(), kind)) <= set(TOPICS)


def test_every_error_and_exit_code_can_be_explained() -> None:
    assert {*KNOWN.messages.errors, *KNOWN.messages.exit_codes} <= set(TOPICS)


@pytest.mark.parametrize("name", ["Service discovery", "service_discovery", " SERVICE-DISCOVERY "])
def test_a_topic_is_found_however_it_is_written(name: str) -> None:
    assert explained(name, KNOWN).title == "Service discovery"


def test_a_criterion_is_found_by_what_it_covers() -> None:
    assert explained("maintainability", KNOWN).title == "Simplicity"


def test_a_claim_shows_how_it_was_read_and_who_disagrees() -> None:
    text = shown("villamizar-2017")
    assert "contested" in text
    assert "abstract read" in text
    assert "Others say:" in text
    assert "[prime-video-tool]" in text
    words = " ".join(text.split())
    assert f'"{base().claims["villamizar-2017"].quote}"' in words
    assert "not read by us" in shown("segment-merge")


def test_what_was_only_recalled_is_not_repeated() -> None:
    text = shown("deathstar-network")
    assert "its text was not found" in text
    assert base().claims["deathstar-network"].statement not in text


def test_an_unknown_topic_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        explained("monolit", KNOWN)
    assert caught.value.problems[0].hint == 'did you mean "monolith"?'


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_reference_of_a_report_is_a_topic(scenario: str) -> None:
    case = comparison(scenario, rate=1000.0)
    for document in (report(case, SETTING.built, SETTING.today), record(case)):
        for source in document.sources:
            assert explained(source.ref, KNOWN).sections


def test_a_part_of_the_needs_is_not_mistaken_for_a_criterion() -> None:
    assert explained("needs:answers.consistency", KNOWN).sections[0].title == "question"
    assert explained("needs:load.availability", KNOWN).sections[0].title == "load"
    assert ABOUT_LOAD.keys() == set(Load.__struct_fields__)
