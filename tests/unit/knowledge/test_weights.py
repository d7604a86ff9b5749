"""Gates come first, then weights: as stated, else as the answers say, else anything."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from blueprint.errors import SpecError, UsageError
from blueprint.knowledge.model import Interval
from blueprint.knowledge.needs import Needs
from blueprint.knowledge.weights import SPREAD, UNKNOWN, closed_gates, left_by, stated_weight, weights_of
from tests.support.comparisons import answered, base


def left(**answers: str) -> tuple[str, ...]:
    return left_by(closed_gates(answers, base().gates.values()), base().patterns)


@pytest.mark.parametrize(
    ("answers", "patterns"),
    [
        ({}, ("monolith", "microservices", "event-driven")),
        ({"boundaries": "unclear"}, ("monolith",)),
        ({"operations": "none"}, ("monolith",)),
        ({"waiting": "always"}, ("monolith", "microservices")),
        ({"waiting": "some"}, ("monolith", "microservices", "event-driven")),
        ({"work": "batch"}, ()),
        ({"work": "offline"}, ()),
        ({"boundaries": "stable", "operations": "basic"}, ("monolith", "microservices", "event-driven")),
    ],
)
def test_a_gate_removes_what_cannot_work(answers: dict[str, str], patterns: tuple[str, ...]) -> None:
    assert left(**answers) == patterns


@pytest.mark.parametrize(
    ("answers", "demand"),
    [
        ({"consistency": "never"}, "together"),
        ({"technologies": "several"}, "apart"),
        ({"separation": "required"}, "apart"),
    ],
)
def test_a_gate_on_a_part_leaves_the_rest_free(answers: dict[str, str], demand: str) -> None:
    (gate,) = closed_gates(answers, base().gates.values())
    assert gate.part
    assert gate.part.demand == demand
    assert left(**answers) == tuple(base().patterns)


@pytest.mark.parametrize(
    ("answers", "closed"),
    [
        ({}, False),
        ({"boundaries": "unclear"}, False),
        ({"operations": "none"}, False),
        ({"boundaries": "unclear", "operations": "basic"}, False),
        ({"boundaries": "unclear", "operations": "none"}, True),
    ],
)
def test_a_gate_closes_when_all_that_it_asks_for_is_answered(answers: dict[str, str], closed: bool) -> None:
    gate = next(iter(base().gates.values()))
    both = replace(gate, when={"boundaries": "unclear", "operations": "none"})

    assert closed_gates(answers, [both]) == ((both,) if closed else ())


def test_every_gate_says_why_and_how_it_is_lifted() -> None:
    for gate in base().gates.values():
        assert gate.reason.text
        assert gate.reason.refs
        assert gate.undo


def test_without_an_answer_a_weight_can_be_anything() -> None:
    assert {weight.range for weight in weights_of(Needs(), base()).values()} == {UNKNOWN}


def test_an_answer_sets_weights() -> None:
    weights = weights_of(answered(teams="many"), base())
    assert weights["independence"].range == base().questions["teams"].answers["many"].weights["independence"]
    assert weights["independence"].source == "answers.teams"
    assert weights["scaling"].source == "unknown"


def test_a_stated_weight_counts_more_than_an_answer_and_is_not_taken_to_the_point() -> None:
    weights = weights_of(replace(answered(teams="many"), weights={"independence": 30}), base())
    assert weights["independence"].range == Interval(30 - SPREAD, 30 + SPREAD)


@pytest.mark.parametrize(("stated", "range"), [(5, (0, 15)), (98, (88, 100)), (0, (0, 0))])
def test_a_stated_weight_stays_on_the_scale(stated: float, range: tuple[float, float]) -> None:
    weights = weights_of(Needs(weights={"scaling": stated}), base())
    assert weights["scaling"].range == Interval(*range)


def test_needs_without_any_weight_are_refused() -> None:
    nothing = Needs(weights=dict.fromkeys(base().criteria, 0.0))
    with pytest.raises(SpecError, match="all weights at 0"):
        weights_of(nothing, base())


def test_a_weight_is_written_as_criterion_and_number() -> None:
    assert stated_weight("scaling=80", base()) == ("scaling", 80)


@pytest.mark.parametrize(
    "text", ["scaling", "scaling=", "scaling=x", "scaling=101", "scaling=-1", "scaling=nan", "speed=3", "=3"]
)
def test_another_weight_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        stated_weight(text, base())
