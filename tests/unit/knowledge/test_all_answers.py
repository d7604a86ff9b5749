"""All combinations of answers come out as docs/explanation/nine-scenarios.md says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

import pytest

from tests.support.comparisons import base
from tests.tools.enumerate_answers import (
    FILE,
    PAGE,
    all_combinations,
    counted,
    key_of,
    leaders,
    part_of_page,
    weighting_questions,
)

SAMPLE = 300
SEED = 19


@cache
def on_file() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def rankings() -> dict[str, tuple[str, ...]]:
    return {key: tuple(found) for key, found in on_file()["rankings"].items()}


def test_the_totals_are_those_of_the_rankings() -> None:
    assert counted(rankings()) == on_file()["totals"]


def test_the_page_has_the_totals() -> None:
    assert part_of_page(on_file()["totals"]) in PAGE.read_text("utf-8")


@pytest.mark.slow
def test_a_sample_of_combinations_comes_out_as_recorded() -> None:
    combinations = list(all_combinations())
    expected = rankings()
    # Shares close to a threshold are drawn with the same numbers, so they are equal, too.
    for answers in Random(SEED).sample(combinations, SAMPLE):
        assert leaders(answers) == expected[key_of(answers)], answers


def test_at_most_one_combination_of_twenty_is_refused() -> None:
    totals = on_file()["totals"]
    assert totals["outcomes"]["refused"] / totals["combinations"] <= 0.05


def test_who_waits_for_the_answer_is_never_given_events() -> None:
    for answers in all_combinations():
        if answers["waiting"] == "always":
            assert "event-driven" not in rankings_of(answers)


@cache
def _rankings() -> dict[str, tuple[str, ...]]:
    return rankings()


def rankings_of(answers: Mapping[str, str]) -> tuple[str, ...]:
    return _rankings()[key_of(answers)]


def test_a_need_for_speed_never_makes_a_system_event_driven() -> None:
    speeds = tuple(base().questions["response"].answers)
    assert speeds == ("relaxed", "normal", "tight")
    for answers in all_combinations():
        for slower, faster in zip(speeds, speeds[1:], strict=False):
            if rankings_of({**answers, "response": faster}) == ("event-driven",):
                assert rankings_of({**answers, "response": slower}) == ("event-driven",), answers


def test_each_pattern_wins_somewhere() -> None:
    winners = {found[0] for found in rankings().values() if len(found) == 1}
    assert winners == set(base().patterns)


def test_the_answers_that_set_weights_are_known() -> None:
    assert set(weighting_questions()) < set(base().questions)
