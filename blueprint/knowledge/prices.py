"""The price book: the included one, or the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from blueprint.errors import Problem, SpecError
from blueprint.knowledge.decode import Limits, decode
from blueprint.knowledge.model import Estimate, PriceBook
from blueprint.spec.findings import did_you_mean, in_order
from blueprint.spec.location import Location, Marks
from blueprint.spec.names import shown

FILE = Path(__file__).resolve().parent / "prices.yaml"
OLD_AFTER_DAYS = 180

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@cache
def own_prices() -> PriceBook:
    """The included price book."""
    book, _ = decode(PriceBook, FILE.read_bytes(), FILE.name)
    return book


def read_prices(content: str | bytes, path: str) -> PriceBook:
    """A book with the same entries as the included one.

    Raises SpecError for missing, unknown or invalid entries.
    """
    book, marks = decode(PriceBook, content, path)
    problems = (*_entries(book, marks), *_impossible(book, marks))
    if problems:
        raise SpecError(in_order(problems))
    return book


def age_in_days(book: PriceBook, today: date) -> int:
    """The age of the prices."""
    return (today - date.fromisoformat(book.priced_on)).days


def _entries(book: PriceBook, marks: Marks) -> Iterator[Problem]:
    own = own_prices()
    for kind, ours, theirs in (
        ("price", own.prices.keys(), book.prices.keys()),
        ("assumption", own.assumptions.keys(), book.assumptions.keys()),
    ):
        section = f"{kind}s"
        for id in sorted(ours - theirs):
            hint = f"add {id}: below {section}, as in blueprint compare --print-prices"
            yield marks.key_location(section).problem("missing-price", f'the {kind} "{id}" is missing', hint)
        for id in sorted(theirs - ours):
            location = marks.key_location(section, id)
            yield location.problem("unknown-price", f"there is no {kind} {shown(id)}", did_you_mean(id, ours))


def _impossible(book: PriceBook, marks: Marks) -> Iterator[Problem]:
    if not _is_day(book.priced_on):
        message = f"{shown(book.priced_on)} is not a date"
        yield marks.location("priced_on").problem("not-a-day", message, 'write it as "2026-09-28"')
    for id, assumption in book.assumptions.items():
        location: Location = marks.key_location("assumptions", id, "value")
        limits = _LIMITS.get(id, _FROM_ZERO)
        if any(not limits.low <= each <= limits.high for each in _bounds(assumption.value)):
            hint = f"write three numbers {limits}"
            yield location.problem("out-of-range", f'"{id}" has a number that is out of range', hint)
        elif not _is_ordered(assumption.value):
            message = f'"{id}" goes up and down: its second number is not between the others'
            hint = "write the numbers of the low, the expected and the high bill"
            yield location.problem("out-of-range", message, hint)


def _bounds(value: Estimate) -> tuple[float, float, float]:
    return value.low, value.expected, value.high


def _is_ordered(value: Estimate) -> bool:
    return value.expected == sorted(_bounds(value))[1]


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


_FROM_ZERO = Limits(0, 1e9)
_ABOVE_ZERO = Limits(1e-6, 1e9)
_SHARE = Limits(0, 1)
# Up to 99.999, because nothing is always available.
_AVAILABILITY = Limits(50, 99.999)
_LIMITS = {
    **dict.fromkeys(
        (
            "requests_per_vcpu",
            "queries_per_database",
            "largest_database",
            "monolith_vcpu",
            "service_vcpu",
            "messages_per_partition",
            "sns_messages_per_publish",
            "pubsub_messages_per_request",
            "requests_per_balancer_unit",
        ),
        _ABOVE_ZERO,
    ),
    "target_use": Limits(0.01, 1),
    **dict.fromkeys(
        ("databases_shared", "cross_zone_share", "infrequent_share", "nat_share"),
        _SHARE,
    ),
    **dict.fromkeys(("instance_availability", "zone_availability", "database_availability"), _AVAILABILITY),
}
"""The valid numbers of assumptions, where they are not just from 0 upwards."""
