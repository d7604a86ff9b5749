"""What a report says first, what it adds, and what it leaves to ask."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from blueprint.knowledge.comparison import Comparison, Project, Request, compare
from blueprint.knowledge.needs import Needs
from blueprint.knowledge.prices import own_prices
from blueprint.report.comparing.formats import Format, rendered
from tests.support.comparisons import SETTING, compared, comparison, library, needs_of


def shown(case: Comparison, form: Format = "markdown") -> str:
    """The text without its footnotes and escapes."""
    return re.sub(r"\[\^[^\]]+\]", "", rendered(case, form, SETTING)).replace("\\", "")


def test_a_lead_is_said_with_its_share_and_its_name() -> None:
    assert "**Monolith first in 90 % of plausible weightings: a clear lead.**" in shown(
        comparison("iot-small")
    )


def test_no_clear_winner_is_an_answer() -> None:
    text = shown(comparison("e-commerce-medium"))
    assert "**No clear winner: Monolith comes first in 57 % of plausible weightings" in text


def test_what_a_gate_removed_is_said_with_why_and_how_to_lift_it() -> None:
    text = shown(comparison("e-commerce-small"))
    assert "**Monolith is the only pattern that meets your hard limits (boundaries: unclear).**" in text
    assert "Microservices and Event-driven, because you answered boundaries: unclear." in text
    assert "To lift it: draw the borders as modules first" in text
    assert "Counterargument: Whoever wants microservices" in text
    assert "By scores alone, first ranks would be:" in text


def test_who_says_nothing_is_recommended_nothing() -> None:
    assert "**Without your needs there is no recommendation;" in shown(comparison())


def test_what_was_not_answered_is_named() -> None:
    case = compared(replace(needs_of("iot-small"), answers={"teams": "one"}))
    assert "Unanswered, so all values are considered: boundaries, operations" in shown(case)


def test_a_report_tells_what_would_tip_it_what_lies_between_and_when_to_think_again() -> None:
    text = shown(comparison("iot-small"))
    assert "## Tipping points" in text
    assert re.search(r"\| Simplicity \| \d+ % \| (to [A-Z][\w-]+ (above|below) \d+ %|at no weight) \|", text)
    assert "Hybrid: Keep one process" in text
    assert "- A second team waits for the first one's release" in text


def test_one_pattern_alone_is_compared_with_nothing() -> None:
    case = compared(Needs(), "monolith")
    assert "so there is no comparison" in shown(case)
    assert "Microservices |" not in shown(case)


def test_the_report_is_limited_to_the_patterns_that_are_asked_for() -> None:
    text = shown(compared(Needs(), "monolith", "microservices"), "table")
    assert "criterion               Monolith   Microservices\n" in text
    assert "Event-driven" not in text


def test_a_problem_is_answered_first_with_its_criteria_and_challenges() -> None:
    text = shown(comparison(problem="tight-coupling"))
    assert text.index("## Tight coupling") < text.index("## Side by side") < text.index("## Challenges")
    assert "| Independent change |" in text
    assert "| Simplicity |" not in text


def test_a_rate_shows_the_scale_on_paper_with_what_runs_in_production() -> None:
    text = shown(comparison(rate=1_000_000.0), "table")
    assert "The resources for 1,000,000 requests per second" in text
    assert "Monolith         4,000" in text
    assert "Shopify's modular monolith" in text


def test_a_tool_that_is_not_built_yet_is_called_planned() -> None:
    text = shown(comparison())
    assert "Apache Kafka (planned)" in text
    built = replace(SETTING, built=frozenset({"broker/kafka"}))
    assert "Apache Kafka (planned)" not in rendered(comparison(), "markdown", built)


@pytest.mark.parametrize(("days", "is_old"), [(0, False), (180, False), (181, True)])
def test_old_prices_are_called_old(days: int, is_old: bool) -> None:
    today = date.fromisoformat(own_prices().priced_on) + timedelta(days=days)
    text = rendered(comparison(), "table", replace(SETTING, today=today, width=110))
    assert ("days old" in " ".join(text.split())) == is_old


def test_every_price_and_assumption_is_printed() -> None:
    text = shown(comparison())
    for id in (*own_prices().prices, *own_prices().assumptions):
        assert f"| {id} |" in text


def test_what_is_left_out_of_the_cost_is_said() -> None:
    assert "Not included: people, support plans and discounts;" in shown(comparison())


def test_numbers_of_a_project_are_called_so() -> None:
    project = Project("shop", "monolith", 4, 3)
    load = replace(Needs().load, services=4, events=3)
    case = compare(Request(Needs(load=load), own_prices(), project=project), library())
    text = shown(case)
    assert "# Architecture of shop" in text
    assert "| services (of shop) | 4 |" in text


def test_the_needs_are_there_to_be_copied() -> None:
    assert "```yaml\nversion: 1\nname: 'sensors of one factory'\nanswers:\n  teams: one\n" in shown(
        comparison("iot-small")
    )


def test_a_decision_record_has_the_parts_of_madr() -> None:
    text = rendered(comparison("iot-small"), "madr", SETTING)
    assert text.startswith("---\nstatus: proposed\ndate: 2026-11-22\n---\n\n# Build it as a monolith\n")
    assert re.findall(r"^##+ (.*)$", text, re.MULTILINE) == [
        "Context and Problem Statement",
        "Decision Drivers",
        "Considered Options",
        "Decision Outcome",
        "Consequences",
        "Confirmation",
        "Pros and Cons of the Options",
        "Monolith",
        "Microservices",
        "Event-driven",
        "More Information",
    ]


def test_a_record_without_needs_chooses_nothing() -> None:
    text = rendered(comparison(), "madr", SETTING)
    assert "# Choose an architecture\n" in text
    assert "Chosen option: none yet.\n" in text
