"""Numbers in texts, and what the refs of a text say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blueprint.knowledge.comparison import Comparison
from blueprint.report.document import Bars, Bullets, Code, Document, Grid, Paragraph, Refs

_NUMBER = re.compile(r"(?<![\w.-])\d[\d,]*(?:\.\d+)?(?!\w|-\w)")


@dataclass(frozen=True, slots=True)
class Passage:
    """Text with what it rests on."""

    text: str
    refs: Refs
    computed: bool


def numbers_in(text: str) -> set[float]:
    """Its numbers: `1,000` and `0.5`, but not those within words and names such as p99."""
    return {float(each.replace(",", "")) for each in _NUMBER.findall(text)}


def passages(document: Document) -> Iterator[Passage]:
    """All that a document says, sentence by sentence and row by row; code is the reader's own input."""
    for section in document.sections:
        yield Passage(section.title, (), False)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield Passage(block.sentence.text, block.sentence.refs, block.sentence.computed)
            elif isinstance(block, Bullets):
                yield from (Passage(item.text, item.refs, item.computed) for item in block.items)
            elif isinstance(block, Grid):
                yield Passage(" ".join(block.header), (), False)
                yield from (Passage(" ; ".join(row.cells), row.refs, row.computed) for row in block.rows)
            elif isinstance(block, Bars):
                yield from (
                    Passage(f"{bar.label} {bar.text} {bar.note}", block.refs, True) for bar in block.bars
                )
            else:
                assert isinstance(block, Code)


def said_by(refs: Iterable[str], comparison: Comparison) -> str:
    """All text behind the refs. KeyError for one that leads nowhere."""
    return " ; ".join(_said(ref, comparison) for ref in refs)


def _said(ref: str, comparison: Comparison) -> str:
    request = comparison.request
    kind, _, key = ref.partition(":")
    if kind == "needs":
        return _input(key, comparison)
    if ref == "price:priced_on":
        return f"{request.prices.region} {request.prices.priced_on}"
    if kind == "price":
        return f"{request.prices.prices[key].value:,.15g}"
    if kind == "assume":
        assumption = request.prices.assumptions[key]
        value = assumption.value
        return f"{assumption.about} ; {value.low:,.15g} ; {value.expected:,.15g} ; {value.high:,.15g}"
    if ref in ("prices", "assumptions"):
        return ""
    claim = comparison.base.claims[ref]
    assert claim.is_citable
    return f"{claim.statement} ; {claim.conditions} ; {claim.note}"


def _input(key: str, comparison: Comparison) -> str:
    needs = comparison.request.needs
    kind, _, name = key.partition(".")
    if kind == "answers":
        return comparison.base.questions[name].answers[needs.answers[name]].title
    if kind == "weights":
        return f"{needs.weights[name]:g}"
    if kind == "load":
        return f"{getattr(needs.load, name)}"
    assert key == "rate"
    return f"{comparison.request.rate:,.15g}"
