"""Shares are reproducible, add up, and do not depend on options that do not matter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.knowledge.comparison import scores_of
from blueprint.knowledge.model import Interval
from blueprint.knowledge.smaa import DRAWS, Acceptability, Scores, acceptability, stream
from blueprint.knowledge.verdict import Ranking, ranking
from tests.support.comparisons import base

FEW = 300
WEIGHTS = {"a": Interval(0, 100), "b": Interval(20, 60), "c": Interval(0, 0)}
SCORES: Scores = {
    "x": {"a": Interval(6, 9), "b": Interval(2, 5), "c": Interval(0, 10)},
    "y": {"a": Interval(1, 7), "b": Interval(4, 9), "c": Interval(0, 10)},
    "z": {"a": Interval(3, 6), "b": Interval(3, 6), "c": Interval(0, 10)},
}
intervals = st.tuples(st.floats(0, 10), st.floats(0, 10)).map(lambda pair: Interval(min(pair), max(pair)))
options = st.fixed_dictionaries({"a": intervals, "b": intervals, "c": intervals})


def shares(scores: Scores, draws: int = FEW) -> Acceptability:
    return acceptability(WEIGHTS, scores, draws)


def stands(scores: Scores) -> Ranking:
    return ranking(WEIGHTS, scores, shares(scores))


def test_there_are_enough_draws() -> None:
    assert DRAWS >= 10_000


def test_the_same_question_has_the_same_answer() -> None:
    assert shares(SCORES) == shares(SCORES)


def test_the_stream_of_a_name_never_changes() -> None:
    # The page in the browser draws these numbers, too.
    assert stream("weight/scaling", 3) == (0.40663689888243393, 0.7121219600106823, 0.738018815677418)


def test_the_shares_of_an_option_and_of_a_rank_are_all_of_the_draws() -> None:
    ranks = shares(SCORES).ranks
    for of_option in ranks.values():
        assert sum(of_option) == pytest.approx(1)
    for of_rank in zip(*ranks.values(), strict=True):
        assert sum(of_rank) == pytest.approx(1)


def test_an_option_that_is_worse_everywhere_never_comes_first() -> None:
    worse = {"a": Interval(0, 0.5), "b": Interval(0, 1), "c": Interval(0, 0)}
    assert shares({**SCORES, "worse": worse}).first("worse") == 0


def test_with_one_weight_the_better_score_wins() -> None:
    weights = {"a": Interval(50, 100), "b": Interval(0, 0), "c": Interval(0, 0)}
    scores = {"x": {**SCORES["x"], "a": Interval(8, 9)}, "z": SCORES["z"]}
    assert acceptability(weights, scores, FEW).first("x") == 1


def test_shares_come_close_to_what_can_be_calculated() -> None:
    # Two even draws from 0 to 10 and from 4 to 6: the first is larger half of the time.
    weights = {"a": Interval(1, 1)}
    scores = {"wide": {"a": Interval(0, 10)}, "narrow": {"a": Interval(4, 6)}}
    assert acceptability(weights, scores).first("wide") == pytest.approx(0.5, abs=0.02)


def test_correlated_errors_do_not_cancel_out() -> None:
    # Of two options, the better one by two points on each of many criteria, with errors of ±3.
    weights = {str(number): Interval(50, 50) for number in range(16)}
    scores = {
        "good": dict.fromkeys(weights, Interval(4, 10)),
        "fair": dict.fromkeys(weights, Interval(2, 8)),
    }
    assert acceptability(weights, scores).first("good") > 0.99
    assert 0.7 < acceptability(weights, scores, correlated=True).first("good") < 0.85


def test_with_one_criterion_both_kinds_of_errors_are_much_the_same() -> None:
    weights = {"a": Interval(0, 100)}
    scores = {"x": {"a": Interval(6, 9)}, "y": {"a": Interval(1, 7)}}
    independent, together = (
        acceptability(weights, scores, correlated=correlated) for correlated in (False, True)
    )
    assert independent.first("x") == pytest.approx(together.first("x"), abs=0.02)


def test_the_order_in_which_options_are_named_changes_nothing() -> None:
    turned = dict(reversed(list(SCORES.items())))
    assert shares(turned).ranks == shares(SCORES).ranks
    assert stands(turned).order == stands(SCORES).order


@settings(max_examples=60, deadline=None)
@given(options)
def test_another_option_does_not_change_how_the_others_stand_to_each_other(
    other: dict[str, Interval],
) -> None:
    before, after = stands(SCORES), stands({**SCORES, "other": other})
    assert [option for option in after.order if option != "other"] == list(before.order)
    for pair, share in before.acceptability.wins.items():
        assert after.acceptability.wins[pair] == share


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 0.9), st.floats(0, 1.9))
def test_an_irrelevant_option_changes_no_share(a: float, b: float) -> None:
    irrelevant = {"a": Interval(0, a), "b": Interval(0, b), "c": Interval(0, 0)}
    before, after = shares(SCORES), shares({**SCORES, "irrelevant": irrelevant})
    for option in SCORES:
        assert after.ranks[option][:3] == before.ranks[option]


def test_a_pattern_that_is_not_asked_for_does_not_change_the_order_of_the_others() -> None:
    weights = {id: Interval(0, 100) for id in base().criteria}
    all_scores = scores_of(base(), tuple(base().patterns))
    two = {id: all_scores[id] for id in ("monolith", "microservices")}
    everything = ranking(weights, all_scores, acceptability(weights, all_scores))
    pair = ranking(weights, two, acceptability(weights, two))
    assert [id for id in everything.order if id in two] == list(pair.order)
    assert everything.acceptability.wins["monolith", "microservices"] == pair.acceptability.first("monolith")
