"""Numbers as reports write them."""

from __future__ import annotations

import pytest

from blueprint.knowledge.model import Estimate
from blueprint.report.comparing.wording import count_range, dollar_range, dollars, percent, rounded


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0001, "under 1 %"),
        (0.29, "29 %"),
        (0.57, "57 %"),
        (0.7964, "79 %"),
        (0.8, "80 %"),
        (0.9999, "over 99 %"),
        (1, "100 %"),
    ],
)
def test_a_share_never_looks_like_more_than_it_is(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (0.0364, "0.036"), (1.26, "1.3"), (99.76, "100"), (216.8, "220"), (1_325_574, "1,300,000")],
)
def test_only_digits_that_count_are_written(number: float, text: str) -> None:
    assert rounded(number) == text


def test_small_amounts_have_cents() -> None:
    assert dollars(0.036) == "$0.04"
    assert dollars(36.08) == "$36"


def test_a_range_names_what_is_likely_first() -> None:
    assert dollar_range(Estimate(114.2, 216.8, 288.9)) == "$220 (110 to 290)"
    assert dollar_range(Estimate(99.7, 99.8, 99.9)) == "$100"
    assert count_range((4, 12, 30)) == "12 (4 to 30)"
