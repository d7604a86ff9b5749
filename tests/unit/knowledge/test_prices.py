"""The price book is dated, has a source for every price, and can be replaced as a whole."""

from __future__ import annotations

from datetime import date

import pytest

from blueprint.errors import SpecError
from blueprint.knowledge.prices import FILE, age_in_days, own_prices, read_prices
from tests.support.comparisons import base

OWN = FILE.read_text("utf-8")


def told(text: str) -> list[tuple[str, str]]:
    with pytest.raises(SpecError) as caught:
        read_prices(text, "prices.yaml")
    assert all(problem.line for problem in caught.value.problems)
    return [(problem.code, problem.message) for problem in caught.value.problems]


def without(id: str) -> str:
    """Our own file without an entry, which is one line or four."""
    lines, skipping = [], False
    for line in OWN.splitlines(keepends=True):
        if line.startswith("  ") and not line.startswith("   "):
            skipping = line.startswith(f"  {id}:")
        if not skipping:
            lines.append(line)
    return "".join(lines)


def test_our_own_file_can_be_given_back() -> None:
    assert read_prices(OWN, "prices.yaml") == own_prices()


def test_every_price_of_ours_names_its_claim() -> None:
    for price in own_prices().prices.values():
        assert price.claim
        assert base().claims[price.claim].kind == "price"
    named = [id for each in own_prices().assumptions.values() for id in each.claims]
    assert all(base().claims[id].is_citable for id in named)


def test_every_price_stands_in_its_claim() -> None:
    for id, price in own_prices().prices.items():
        assert price.value in base().claims[price.claim or ""].values, id


@pytest.mark.parametrize("id", ["msk_hour", "hops"])
def test_a_missing_price_is_told_by_its_name(id: str) -> None:
    ((code, message),) = told(without(id))
    assert code == "missing-price"
    assert f'"{id}" is missing' in message


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value: 0.75,", "value: -1,", "out-of-range"),
        ("value: 0.75,", "value: free,", "not-a-number"),
        ("value: 0.75, ", "", "missing-key"),
        ("  msk_hour:", "  mks_hour: {value: 1, unit: USD}\n  msk_hour:", "unknown-price"),
        ("value: [0.7, 0.5, 0.4]", "value: [0.7, 0.5]", "wrong-shape"),
        ("value: [0.7, 0.5, 0.4]", "value: [0.7, 0.5, 0]", "out-of-range"),
        ("value: [0.7, 0.5, 0.4]", "value: [0.7, 0.5, -1]", "out-of-range"),
        ("value: [0.7, 0.5, 0.4]", "value: [1.7, 0.5, 0.4]", "out-of-range"),
        ("value: [0.7, 0.5, 0.4]", "value: [0.4, 0.7, 0.5]", "out-of-range"),
        ("value: [99.5, 99, 98]", "value: [101, 99, 98]", "out-of-range"),
        ("value: [99.99, 99.95, 99.9]", "value: [100, 99.95, 99.9]", "out-of-range"),
        (
            "value: [0, 0.5, 1]\n    about: share of the traffic",
            "value: [0, 0.5, 2]\n    about: share of the traffic",
            "out-of-range",
        ),
        ('priced_on: "2026-09-28"', "priced_on: yesterday", "not-a-day"),
        ('priced_on: "2026-09-28"', 'priced_on: "2026-02-31"', "not-a-day"),
    ],
)
def test_an_impossible_book_is_refused(old: str, new: str, code: str) -> None:
    assert old in OWN
    assert [found for found, _ in told(OWN.replace(old, new, 1))] == [code]


def test_prices_get_old() -> None:
    assert age_in_days(own_prices(), date(2026, 10, 28)) == 30
