"""The JSON of a comparison has the keys that its reference page names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from blueprint.report.comparing.data import as_data
from tests.support.comparisons import SETTING, comparison

PAGE = Path(__file__).parents[4] / "docs/reference/compare.md"


def data(scenario: str = "", **more: Any) -> Any:
    return json.loads(json.dumps(as_data(comparison(scenario, **more), SETTING.built)))


def test_the_page_documents_every_key_of_the_top() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8").partition("## JSON")[2], re.MULTILINE)
    assert set(documented) == set(data())


def test_the_recommendation_can_be_read_by_a_program() -> None:
    found = data("iot-small")["recommendation"]
    assert (found["leader"], found["band"], found["informed"], found["draws"]) == (
        "monolith",
        "leaning",
        True,
        10_000,
    )
    assert found["order"][0] == "monolith"
    assert found["ranks"]["monolith"][0] > 0.8
    assert {"criterion", "now", "at", "leader"} == set(found["tipping"][0])


def test_both_kinds_of_errors_and_the_forms_are_there() -> None:
    found = data("booking-large")["recommendation"]
    assert set(found["ranks"]) == set(found["ranks_correlated"]) == {"monolith", "microservices"}
    assert [form["id"] for form in found["forms"]] == ["microservices"]
    assert [(part["gate"], part["demand"]) for part in found["parts"]] == [
        ("several-technologies", "apart"),
        ("must-run-apart", "apart"),
    ]


def test_without_needs_there_is_no_leader() -> None:
    assert data()["recommendation"]["leader"] is None


def test_gates_say_what_they_remove_and_why() -> None:
    (gate,) = data("e-commerce-small")["gates"]
    assert gate["removes"] == ["microservices", "event-driven"]
    assert gate["when"] == {"boundaries": "unclear"}
    assert gate["reason"]["refs"]


def test_costs_tell_floor_and_marginal_apart() -> None:
    for bill in data()["costs"]:
        assert bill["floor"]["expected"] + bill["marginal"]["expected"] == pytest.approx(
            bill["total"]["expected"], abs=0.02
        )


def test_the_scale_is_there_when_a_rate_is() -> None:
    assert data()["scale"] is None
    assert data(rate=1000.0)["scale"]["rate"] == 1000


def test_claims_come_with_source_and_verdict() -> None:
    claims = data()["claims"]
    assert len(claims) > 70
    assert all(
        claim["source"] and claim["verdict"] and claim["read"] != "memory" for claim in claims.values()
    )
