"""The sources of a report's refs."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.model import Claim, PriceBook
from blueprint.report.comparing.wording import claimed, read_day, rests_on
from blueprint.report.document import Source

_BOOK = {
    "prices": "All prices of the price book, listed in blueprint explain prices.",
    "assumptions": "All assumptions of the price book, listed in blueprint explain assumptions.",
}


def sources(refs: Iterable[str], comparison: Comparison) -> tuple[Source, ...]:
    """Each ref with its text and address."""
    return tuple(_source(ref, comparison.base, comparison.request.prices) for ref in refs)


def claim_source(claim: Claim) -> Source:
    """A claim as a source."""
    year = f", {claim.year}" if claim.year else ""
    note = f" {claim.note}" if claim.note else ""
    where = f", {claim.where}" if claim.where else ""
    quote = f' "{claim.quote}"' if claim.quote else ""
    day = f" {read_day(claim)}" if claim.read_on else ""
    rests = "" if claim.rests == "our view" else f" {rests_on(claim).capitalize()}."
    source = f" Source: {claim.source}{year}{where}."
    text = f"{claimed(claim).text}{note}{rests}{source}{quote}{day}"
    return Source(claim.id, text, claim.address, claim.is_read)


def _source(ref: str, base: KnowledgeBase, book: PriceBook) -> Source:
    kind, _, id = ref.partition(":")
    if ref in _BOOK:
        return Source(ref, _BOOK[ref])
    if kind == "price" and id in book.prices:
        price = book.prices[id]
        origin = f" ({price.claim})" if price.claim else ""
        return Source(ref, f"Price: {price.value:g} {price.unit}{origin}.")
    if kind == "price":
        return Source(ref, f"The price book: {book.region}, {book.priced_on}.")
    if kind == "assume":
        assumption = book.assumptions[id]
        low, likely, high = assumption.value.low, assumption.value.expected, assumption.value.high
        return Source(ref, f"Assumption: {assumption.about}: {low:g}, likely {likely:g}, {high:g}.")
    if kind == "needs":
        return Source(ref, f"Your own input, {id}.")
    return claim_source(base.claims[ref])
