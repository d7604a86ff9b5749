"""Bands are fixed, and a tipping point is where the lead really changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.knowledge.model import Interval
from blueprint.knowledge.smaa import Acceptability, Scores
from blueprint.knowledge.verdict import CLEAR, LEANING, Ranking, Tipping, nearest_tipping, ranking

EVEN = {"a": Interval(50, 50), "b": Interval(50, 50)}


def exactly(value: float) -> Interval:
    return Interval(value, value)


def stands(scores: dict[str, tuple[float, float]], first: float = 0.5, a: float = 50) -> Ranking:
    of = {option: {"a": exactly(x), "b": exactly(y)} for option, (x, y) in scores.items()}
    ranks = dict.fromkeys(scores, (first, 1 - first))
    return ranking({**EVEN, "a": exactly(a)}, of, Acceptability(ranks, {}))


def test_the_bands_are_the_ones_that_are_promised() -> None:
    assert (CLEAR, LEANING) == (0.8, 0.6)


@pytest.mark.parametrize(
    ("share", "band"),
    [
        (1.0, "clear"),
        (0.8, "clear"),
        (0.79, "leaning"),
        (0.6, "leaning"),
        (0.59, "no clear winner"),
        (0.0, "no clear winner"),
    ],
)
def test_a_share_has_a_name(share: float, band: str) -> None:
    assert stands({"x": (9, 9), "y": (1, 1)}, share).band == band


@pytest.mark.parametrize(
    ("independent", "correlated", "band"),
    [(0.9, 0.85, "clear"), (0.9, 0.7, "leaning"), (0.7, 0.9, "leaning"), (0.9, 0.59, "no clear winner")],
)
def test_the_smaller_share_decides(independent: float, correlated: float, band: str) -> None:
    assert with_shares(independent, correlated).band == band


def with_shares(independent: float, correlated: float) -> Ranking:
    """Two options, of which `x` has the better value and these shares of first ranks."""
    of: Scores = {"x": {"a": exactly(9)}, "y": {"a": exactly(1)}}
    models = (
        Acceptability({"x": (share, 1 - share), "y": (1 - share, share)}, {})
        for share in (independent, correlated)
    )
    return ranking({"a": exactly(50)}, of, *models)


@pytest.mark.parametrize(("independent", "correlated"), [(0.9, 0.85), (0.61, 0.9), (0.9, 0.6)])
def test_a_winner_is_first_by_value_and_by_both_shares(independent: float, correlated: float) -> None:
    found = with_shares(independent, correlated)
    assert found.winner == found.order[0] == found.by_share[0] == "x"
    assert found.contenders == ("x",)


@pytest.mark.parametrize(("independent", "correlated"), [(0.5, 0.5), (0.9, 0.3), (0.2, 0.3)])
def test_without_a_winner_there_are_contenders(independent: float, correlated: float) -> None:
    found = with_shares(independent, correlated)
    assert found.winner is None
    assert set(found.contenders) == {"x", "y"}


def test_an_option_that_hardly_ever_comes_first_is_no_contender() -> None:
    of: Scores = {"x": {"a": exactly(9)}, "y": {"a": exactly(5)}, "z": {"a": exactly(1)}}
    shares = Acceptability({"x": (0.5, 0, 0), "y": (0.45, 0, 0), "z": (0.05, 0, 0)}, {})
    assert ranking({"a": exactly(50)}, of, shares).contenders == ("x", "y")


def test_no_option_is_no_winner() -> None:
    found = ranking({"a": exactly(50)}, {}, Acceptability({}, {}))
    assert (found.band, found.winner, found.contenders) == ("none fits", None, ())


def test_the_nearest_tipping_point_takes_the_least_change() -> None:
    found = stands({"x": (9, 3), "y": (3, 8)}, a=60)
    nearest = nearest_tipping(found)
    assert nearest
    assert nearest.at is not None
    assert abs(nearest.at - nearest.now) == min(abs((each.at or 9) - each.now) for each in found.tipping)


def test_what_nothing_tips_has_no_nearest_tipping_point() -> None:
    assert nearest_tipping(stands({"x": (9, 9), "y": (3, 8)})) is None


def test_one_option_has_won_nothing() -> None:
    assert stands({"x": (1, 1)}).band == "the only one left"


def test_the_best_value_leads() -> None:
    result = stands({"x": (9, 3), "y": (3, 8), "z": (1, 1)})
    assert result.order == ("x", "y", "z")
    assert result.values == {"x": 6, "y": 5.5, "z": 1}


def test_a_tipping_point_tells_where_and_to_whom_the_lead_changes() -> None:
    on_a, on_b = stands({"x": (9, 3), "y": (3, 8)}).tipping
    assert on_a == Tipping("a", 0.5, pytest.approx(5 / 11), "y")
    assert on_b == Tipping("b", 0.5, pytest.approx(6 / 11), "y")


def test_options_that_differ_in_one_criterion_alone_draw_level_where_it_does_not_count() -> None:
    on_a, _ = stands({"x": (9, 5), "y": (3, 5)}).tipping
    assert on_a == Tipping("a", 0.5, 0.0, "y")


def test_who_is_better_everywhere_is_not_tipped() -> None:
    assert {each.at for each in stands({"x": (9, 9), "y": (3, 8)}).tipping} == {None}


@st.composite
def rivals(draw: st.DrawFn) -> dict[str, tuple[float, float]]:
    """Two options of which each is better at one criterion, so that a weight decides; and a third."""
    low, high = st.floats(0, 4), st.floats(5, 10)
    third = draw(st.tuples(low, low) | st.tuples(st.floats(0, 10), st.floats(0, 10)))
    return {"x": (draw(high), draw(low)), "y": (draw(low), draw(high)), "z": third}


@given(rivals())
def test_beyond_a_tipping_point_another_option_leads(options: dict[str, tuple[float, float]]) -> None:
    before = stands(options)
    tipping = before.tipping[0]
    if tipping.at is None or tipping.leader is None or abs(tipping.at - tipping.now) < 1e-6:
        return
    beyond = tipping.at + (0.001 if tipping.at > tipping.now else -0.001)
    if not 0 < beyond < 1:
        return
    values = {id: beyond * a + (1 - beyond) * b for id, (a, b) in options.items()}
    assert values[tipping.leader] >= values[before.order[0]] - 1e-9


def test_nothing_tips_where_one_criterion_is_all_there_is() -> None:
    of: Scores = {"x": {"a": exactly(9)}, "y": {"a": exactly(3)}}
    result = ranking({"a": exactly(50)}, of, Acceptability({"x": (1, 0), "y": (0, 1)}, {}))
    assert result.tipping == (Tipping("a", 1.0),)
