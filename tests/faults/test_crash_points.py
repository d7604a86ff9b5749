"""kill -9 at every step of a checkout, enumerated: each order ends as if nothing had happened."""

from __future__ import annotations

import sys

import pytest

from tests.faults.crashes import crashes
from tests.faults.stage import Stage

ENDS = {"card": "confirmed", "card_declined": "cancelled"}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("service", ["orders", "products", "payments"])
@pytest.mark.parametrize("card", ["card", pytest.param("card_declined", marks=pytest.mark.thorough)])
def test_a_service_that_dies_at_any_commit_changes_no_order(
    one_each: Stage, card: str, service: str, moment: str
) -> None:
    found = list(crashes(one_each, service, moment, card))

    for crash in found:
        sys.stdout.write(f"{service} died {moment} commit {crash.number} of {card}: {crash.written}\n")
    assert {crash.status for crash in found} == {ENDS[card]}
    one_each.check()
