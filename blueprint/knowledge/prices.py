"""The price book: the included one, or the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from blueprint.errors import Problem, SpecError
from blueprint.knowledge.decode import decode
from blueprint.knowledge.model import PriceBook
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
            hint = f"add {id}: below {section}; docs/reference/compare.md has the whole file"
            yield marks.key_location(section).problem("missing-price", f'the {kind} "{id}" is missing', hint)
        for id in sorted(theirs - ours):
            location = marks.key_location(section, id)
            yield location.problem("unknown-price", f"there is no {kind} {shown(id)}", did_you_mean(id, ours))


def _impossible(book: PriceBook, marks: Marks) -> Iterator[Problem]:
    if not _is_day(book.priced_on):
        message = f"{shown(book.priced_on)} is not a date"
        yield marks.location("priced_on").problem("not-a-day", message, 'write it as "2026-09-28"')
    for id, assumption in book.assumptions.items():
        value = assumption.value
        location: Location = marks.key_location("assumptions", id, "value")
        if min(value.low, value.expected, value.high) < 0:
            yield location.problem(
                "out-of-range", f'"{id}" must not be below 0', "write numbers from 0 upwards"
            )
        elif id in _DIVISORS and not min(value.low, value.expected, value.high):
            yield location.problem("out-of-range", f'"{id}" is 0', "write numbers above 0")


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


_DIVISORS = frozenset(
    {
        "requests_per_vcpu",
        "target_use",
        "queries_per_database",
        "monolith_vcpu",
        "service_vcpu",
        "messages_per_partition",
        "sns_messages_per_publish",
        "pubsub_messages_per_request",
        "requests_per_balancer_unit",
        "instance_availability",
    }
)
