"""The worked scenarios come out as docs/explanation/nine-scenarios.md argues."""

from __future__ import annotations

import json
import re

import pytest

from blueprint.report.comparing.wording import frequency
from tests.support.comparisons import FOLDER, SCENARIOS, answered, base, compared, comparison
from tests.tools.record_scenarios import RESULTS, recorded

EXPECTED = {
    "booking-large": (("microservices",), "leaning"),
    "e-commerce-large": (("microservices", "event-driven"), "no clear winner"),
    "e-commerce-medium": (("monolith", "microservices", "event-driven"), "no clear winner"),
    "e-commerce-small": (("monolith",), "the only one left"),
    "iot-large": (("event-driven",), "leaning"),
    "iot-medium": (("event-driven",), "leaning"),
    "iot-small": (("monolith",), "leaning"),
    "social-media-large": (("event-driven",), "leaning"),
    "social-media-medium": (("event-driven",), "leaning"),
    "social-media-small": (("monolith",), "leaning"),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_comes_out_as_expected(scenario: str) -> None:
    left = comparison(scenario).left
    assert (left.contenders, left.band) == EXPECTED[scenario]


def test_the_kinds_of_system_of_the_article_are_there_in_three_sizes() -> None:
    kinds = ("e-commerce", "social-media", "iot")
    assert {f"{kind}-{size}" for kind in kinds for size in ("small", "medium", "large")} <= set(SCENARIOS)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_is_recorded_is_what_comes_out(scenario: str) -> None:
    hint = "record it anew: python -m tests.tools.record_scenarios"
    assert json.loads((RESULTS / f"{scenario}.json").read_text("utf-8")) == recorded(scenario), hint


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_page_names_every_scenario_with_its_outcome(scenario: str) -> None:
    page = (FOLDER.parent / "nine-scenarios.md").read_text("utf-8")
    left = comparison(scenario).left
    (row,) = re.findall(rf"^\| .*{scenario}\.yaml.*$", page, re.MULTILINE)
    assert f"| {left.band}" in row
    for pattern in left.contenders:
        assert base().patterns[pattern].title in row
        shares = left.acceptability.first(pattern), left.correlated.first(pattern)
        assert " / ".join(map(frequency, shares)) in row or left.band == "the only one left"
    for form in comparison(scenario).forms:
        assert form.shape.title in row


def test_a_small_team_with_unclear_boundaries_gets_a_monolith() -> None:
    left = compared(answered(teams="one", boundaries="unclear", operations="strong")).left
    assert left.order == ("monolith",)


def test_a_monolith_leads_for_a_small_team_without_the_gate_too() -> None:
    needs = answered(teams="one", boundaries="unclear", consistency="rarely", load_shape="steady")
    everything = compared(needs).all
    assert everything.winner == "monolith"
    assert everything.acceptability.first("monolith") > 0.8
