"""Only answers that exclude each other are refused, with the least change that resolves them."""

from __future__ import annotations

import re
from itertools import product

import pytest
from msgspec.structs import replace

from blueprint.errors import SpecError
from blueprint.knowledge.contradictions import clashes, least_changes, refuse_contradictions
from blueprint.knowledge.model import Contradiction
from tests.support.comparisons import base
from tests.tools.enumerate_answers import all_combinations

CLASH = {"waiting": "always", "consistency": "never", "outage": "nothing"}


def test_at_most_one_combination_of_twenty_is_refused() -> None:
    found = [bool(clashes(answers, base())) for answers in all_combinations()]
    assert 0 < sum(found) / len(found) <= 0.05


def test_a_contradiction_names_all_of_its_answers_and_the_least_change() -> None:
    with pytest.raises(SpecError) as caught:
        refuse_contradictions({**CLASH, "teams": "one"}, base())
    (problem,) = caught.value.problems
    assert all(f"{key}: {value}" in problem.message for key, value in CLASH.items())
    assert problem.hint
    changes = re.findall(r"(\w+): (\w+)", problem.hint.partition("change: ")[2])
    assert changes
    for key, value in changes:
        assert clashes({**CLASH, key: value}, base()) == ()


@pytest.mark.parametrize("left_out", CLASH)
def test_without_one_of_its_answers_there_is_no_contradiction(left_out: str) -> None:
    refuse_contradictions({key: value for key, value in CLASH.items() if key != left_out}, base())


def test_two_contradictions_that_share_no_answer_take_two_changes() -> None:
    reason = base().contradictions["whole-without-its-parts"].reason
    second = Contradiction("odd", {"teams": "one", "operations": "none"}, reason)
    both = replace(base(), contradictions={**base().contradictions, "odd": second})
    answers = {**CLASH, "teams": "one", "operations": "none"}
    changes = least_changes(answers, both)
    assert changes
    for change in changes:
        assert len(change) == 2
        assert clashes({**answers, **change}, both) == ()


def test_no_smaller_change_resolves_a_contradiction() -> None:
    (least, *_) = least_changes(CLASH, base())
    steps = sum(_steps(key, value) for key, value in least.items())
    options = [base().questions[key].answers for key in CLASH]
    for chosen in product(*options):
        changed = dict(zip(CLASH, chosen, strict=True))
        if not clashes(changed, base()):
            assert sum(_steps(key, value) for key, value in changed.items()) >= steps


def _steps(question: str, answer: str) -> int:
    listed = list(base().questions[question].answers)
    return abs(listed.index(answer) - listed.index(CLASH[question]))
