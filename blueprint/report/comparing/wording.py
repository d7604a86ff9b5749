"""Numbers and names in reports, with significant digits only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor, log10

from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.model import Claim, Estimate, Interval, Said, Spot
from blueprint.report.document import Sentence

_BINARY_ERROR = 1e-9
_READ = {
    "primary": "read in the original",
    "abstract": "abstract read",
    "secondary": "not read by us, reported in another text",
    "derived": "calculated by us",
    "measured": "measured by us",
    "memory": "cited from memory",
}


def percent(share: float) -> str:
    """`71 %` for 0.719: rounded down, so that 79.6 % stays below the 80 % threshold."""
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{floor(share * 100 + _BINARY_ERROR)} %"


def frequency(share: float) -> str:
    """A share of draws as `percent` shows it, but never all or none of them: the model itself may be
    wrong.
    """
    if share >= 1:
        return "over 99 %"
    return percent(share) if share > 0 else "under 1 %"


def rounded(number: float, digits: int = 2) -> str:
    """Rounded to significant digits: `1,600`, `0.36`."""
    if number == 0:
        return "0"
    places = digits - 1 - floor(log10(abs(number)))
    value = round(number, places)
    return f"{value:,.{max(places, 0)}f}"


def dollars(amount: float) -> str:
    """`$150`."""
    return f"${rounded(amount)}" if amount >= 1 else f"${amount:.2f}"


def dollar_range(estimate: Estimate) -> str:
    """`$150 (130 to 220)`, the expected amount and the range; one amount if they are equal."""
    low, likely, high = (dollars(each) for each in (estimate.low, estimate.expected, estimate.high))
    return likely if low == high else f"{likely} ({low[1:]} to {high[1:]})"


def count_range(numbers: Iterable[float]) -> str:
    """`12 (4 to 30)` for low, expected, high."""
    low, likely, high = (f"{number:,.0f}" for number in numbers)
    return likely if low == high else f"{likely} ({low} to {high})"


def plain(number: float) -> str:
    """All digits: `0.5`, `1,000`."""
    return f"{number:,.15g}"


def available(percent: float, *, up: bool = False) -> str:
    """An availability with its nines and two more digits, such as `99.985`: rounded down, or up."""
    digits = max(2, floor(-log10(max(1 - percent / 100, _BINARY_ERROR))))
    scaled = percent * 10**digits
    whole = ceil(scaled - _BINARY_ERROR) if up else floor(scaled + _BINARY_ERROR)
    return plain(whole / 10**digits)


def span(interval: Interval) -> str:
    """`7 to 9.5`."""
    low, high = plain(interval.low), plain(interval.high)
    return low if low == high else f"{low} to {high}"


def said(sentence: Said) -> Sentence:
    """Convert a sentence of the knowledge base to a sentence of a report."""
    return Sentence(sentence.text, sentence.refs)


def attributed(claim: Claim) -> str:
    """The statement of a claim; one of the article is attributed to it, since it may be refuted."""
    if claim.kind == "article" and not claim.statement.startswith("The article"):
        return f"The article says: {claim.statement}"
    return claim.statement


def claimed(claim: Claim) -> Sentence:
    """The statement of a claim, with its conditions, its verdict, and how its source was read."""
    text = attributed(claim).removesuffix(".")
    conditions = f" ({claim.conditions})" if claim.conditions else ""
    return Sentence(f"{text}{conditions}: {claim.verdict}, {how_read(claim)}.", (claim.id,))


def rests_on(claim: Claim) -> str:
    """Whether the source says it, as text."""
    if claim.kind == "article":
        return "the article says it"
    return {
        "says": "the source says it",
        "supports": "our conclusion from the source",
        "our view": "our view",
    }[claim.rests]


def how_read(claim: Claim) -> str:
    """How the source was read, as text; for our own view there is none."""
    return "our view" if claim.rests == "our view" else _READ[claim.read]


def read_day(claim: Claim) -> str:
    """`Read on 2026-12-01.`, or when we read the text that reports it."""
    if claim.read_on is None:
        return ""
    preposition = "on" if claim.read_on.count("-") == 2 else "in"
    words = {"measured": "Measured", "secondary": "The text that reports it was read"}
    return f"{words.get(claim.read, 'Read')} {preposition} {claim.read_on}."


def in_project(spot: Spot, package: str = "") -> str:
    """The place in a generated project: the whole path if the package is known, else below its package."""
    if package:
        return spot.path.replace("{package}", package)
    return spot.path.removeprefix("src/{package}/")


def titles(ids: Iterable[str], base: KnowledgeBase) -> str:
    """`Monolith and Microservices`."""
    names = [base.patterns[id].title for id in ids]
    return listed(names)


def listed(names: Sequence[str]) -> str:
    """`one, two and three`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
