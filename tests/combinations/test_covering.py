"""What is started covers what can be chosen."""

from __future__ import annotations

from tests.combinations.cases import CASES, PAIRWISE, SAMPLE, Case
from tests.combinations.covering import covering, pairs


def test_any_two_choices_that_go_together_meet_in_a_shop() -> None:
    def meet(one: tuple[str, object], other: tuple[str, object], cases: list[Case]) -> bool:
        return any(getattr(case, one[0]) == one[1] and getattr(case, other[0]) == other[1] for case in cases)

    choices = {(kind, getattr(case, kind)) for case in CASES for kind in Case._fields}

    assert [
        (one, other)
        for one in choices
        for other in choices
        if meet(one, other, CASES) and not meet(one, other, PAIRWISE)
    ] == []


def test_every_choice_is_in_the_sample_in_every_pattern_that_has_it() -> None:
    def chosen(cases: list[Case]) -> set[tuple[str, str, object]]:
        return {(case.pattern, kind, getattr(case, kind)) for case in cases for kind in Case._fields}

    assert chosen(SAMPLE) == chosen(CASES)
    assert {*SAMPLE} <= {*PAIRWISE}


def test_no_case_is_there_for_nothing() -> None:
    assert len(PAIRWISE) == len({*PAIRWISE}) < len(CASES)
    assert covering([(1, 1), (1, 2), (1, 1)], pairs) == [(1, 1), (1, 2)]
    assert len(covering([(a, b, c) for a in "xy" for b in "xy" for c in "xy"], pairs)) == 4
