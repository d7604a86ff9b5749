"""What a report says first, what it adds, and what it leaves to ask."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from blueprint.knowledge.comparison import Comparison, Project, Request, compare
from blueprint.knowledge.needs import Needs
from blueprint.knowledge.prices import own_prices
from blueprint.report.comparing.data import as_data
from blueprint.report.comparing.formats import Format, rendered
from blueprint.report.comparing.wording import frequency
from tests.support.comparisons import (
    SCENARIOS,
    SETTING,
    answered,
    base,
    compared,
    comparison,
    needs_of,
)


def shown(case: Comparison, form: Format = "markdown") -> str:
    """The text without its footnotes and escapes."""
    return re.sub(r"\[\^[^\]]+\]", "", rendered(case, form, SETTING)).replace("\\", "")


LEAD = "Monolith first in 91 %, or 66 % with correlated errors, of plausible weightings: only a leaning."


def test_a_lead_is_said_with_its_shares_and_its_name() -> None:
    assert f"**{LEAD}**" in shown(comparison("iot-small"))


def test_undecided_is_an_answer() -> None:
    text = shown(comparison("e-commerce-large"))
    assert "**Undecided between Microservices (first in 49 %, or 41 % with correlated errors) and" in text
    assert "What would decide it: the weight of extensibility, now 11 % of all weight" in text


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_headline_bars_record_and_json_name_the_same_winner(scenario: str) -> None:
    case = comparison(scenario)
    data = as_data(case, SETTING.built)["recommendation"]
    record = rendered(case, "madr", SETTING)
    bars = re.findall(r"^([A-Z][\w-]+)  .*[█▏▎▍▌▋▊▉]", shown(case, "table"), re.MULTILINE)
    assert isinstance(data, dict)
    assert data["leader"] == case.winner
    if case.winner is None:
        names = [base().patterns[id].title for id in case.left.contenders]
        assert f"Undecided between {names[0]}" in shown(case)
        assert record.partition("\n# ")[2].startswith("Decide between ")
        assert f"Chosen option: undecided between {names[0]}" in record
        assert data["contenders"] == list(case.left.contenders)
    else:
        title = base().patterns[case.winner].title
        assert re.search(rf"\*\*{title} (first in|is the only)", shown(case))
        assert bars[0] == title
        assert f"Chosen option: {title}." in record
        assert all(each["leader"] != case.winner for each in data["tipping"])


def test_no_report_is_certain() -> None:
    for scenario in SCENARIOS:
        case = comparison(scenario)
        shares = re.findall(r"(?:first in|beats [\w-]+ in|correlated) (100|0) %", shown(case, "table"))
        assert shares == []
    assert frequency(1.0) == "over 99 %"
    assert frequency(0.0) == "under 1 %"


def test_what_a_gate_removed_is_said_with_why_and_how_to_lift_it() -> None:
    text = shown(comparison("e-commerce-small"))
    assert "**Monolith is the only pattern that meets your hard limits (boundaries: unclear).**" in text
    assert "Microservices and Event-driven, because you answered boundaries: unclear." in text
    assert "To lift it: draw the borders as modules first" in text
    assert "Counterargument: Starting with a monolith is typically wrong" in text
    assert "By scores alone, first ranks would be:" in text


def test_a_part_with_a_form_of_its_own_leaves_the_rest_free() -> None:
    text = shown(compared(answered(consistency="never", separation="required", teams="many")))
    assert "- In one service with one database: everything that must never be seen half done" in text
    assert "- In a process of its own: everything that must run separately (separation: required)." in text
    assert "- Everything else: as above, " in text


@pytest.mark.parametrize(
    ("work", "title"), [("batch", "a scheduled pipeline"), ("offline", "local-first devices")]
)
def test_where_no_pattern_fits_the_report_says_what_does(work: str, title: str) -> None:
    case = compared(answered(work=work))
    for form in ("markdown", "table", "madr", "html", "json"):
        assert rendered(case, form, SETTING)  # type: ignore[arg-type]
    assert f"**None of these patterns fits (work: {work}). What fits is {title}" in shown(case)
    assert "# Build it as none of the compared patterns" in rendered(case, "madr", SETTING)


def test_requested_patterns_that_are_all_ruled_out_are_said_to_be() -> None:
    text = shown(compared(answered(waiting="always"), "event-driven"))
    assert "**None of the requested patterns meets your hard limits (waiting: always).**" in text


def test_inside_a_project_places_are_those_of_its_pattern_and_package() -> None:
    project = Project("shop", "event-driven", 4, 3, "shop")
    case = compare(Request(Needs(), own_prices(), problem="event-handling-issues", project=project), base())
    text = shown(case)
    assert "| src/shop/platform/messaging/outbox.py |" in text
    assert "{package}" not in text


def test_who_says_nothing_is_recommended_nothing() -> None:
    assert "**Without your needs there is no recommendation;" in shown(comparison())


def test_what_was_not_answered_is_named() -> None:
    case = compared(replace(needs_of("iot-small"), answers={"teams": "one"}))
    assert "Unanswered, so all values are considered: work, boundaries, operations" in shown(case)


def test_a_report_tells_what_would_tip_it_what_lies_between_and_when_to_think_again() -> None:
    text = shown(comparison("iot-small"))
    assert "## Tipping points" in text
    assert re.search(r"\| Simplicity \| \d+ % \| (to [A-Z][\w-]+ (above|below) \d+ %|at no weight) \|", text)
    assert "Monolith, hybrid: Keep one process" in text
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
    assert re.search(r"Monolith +12,000 ", text)
    assert "takes 42 databases of the largest size" in " ".join(text.split())
    assert "Shopify's app servers" in text


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
    assert "Not included: people: development, operations, on-call; support plans" in shown(comparison())


def test_one_transaction_over_more_than_the_largest_database_is_called_infeasible() -> None:
    needs = answered(consistency="never")
    large = replace(needs, load=replace(needs.load, requests_per_second=1_000_000))
    infeasible = "Monolith: not feasible. The data of a process takes 42 databases of the largest size"
    assert infeasible in shown(compared(large))
    assert "not feasible" not in shown(compared(needs))


def test_availability_that_is_not_reached_is_said() -> None:
    load = replace(Needs().load, instances=1, availability=99.99)
    text = shown(compared(Needs(load=load)))
    assert "Monolith: reaches only 98.94 % availability, not 99.99 %." in text
    assert "reaches only" not in shown(comparison())


def test_the_bill_is_told_with_logs_and_without() -> None:
    text = shown(comparison("e-commerce-large"))
    assert re.search(
        r"Logs are a part of that: Monolith \d+ %, \$[\d,]+ without them; Microservices \d+ %", text
    )
    assert "with 100 % of the requests logged" in text
    needs = needs_of("e-commerce-large")
    sampled = replace(needs, load=replace(needs.load, logged_share=0.1))
    assert "with 10 % of the requests logged" in shown(compared(sampled))


def test_numbers_of_a_project_are_called_so() -> None:
    project = Project("shop", "monolith", 4, 3)
    load = replace(Needs().load, services=4, events=3)
    case = compare(Request(Needs(load=load), own_prices(), project=project), base())
    text = shown(case)
    assert "# Architecture of shop" in text
    assert "| services (of shop) | 4 |" in text


def test_the_needs_are_there_to_be_copied() -> None:
    assert (
        "```yaml\nversion: 1\nname: 'sensors of one factory'\nanswers:\n  work: requests\n  teams: one\n"
        in shown(comparison("iot-small"))
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
