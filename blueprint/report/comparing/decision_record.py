"""A comparison as a decision record in MADR 4 format."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.writing import written_needs
from blueprint.report.comparing.answer import (
    gates,
    headline,
    sensitivity,
    what_to_build,
    what_would_decide,
)
from blueprint.report.comparing.sources import sources
from blueprint.report.comparing.wording import frequency, listed, said, span, titles
from blueprint.report.document import (
    Block,
    Bullets,
    Code,
    Document,
    Paragraph,
    Section,
    Sentence,
    refs_of,
)


def record(comparison: Comparison) -> Document:
    """The decision for the leading pattern, to be confirmed by the team."""
    sections = (
        _context(comparison),
        _drivers(comparison),
        Section("options", "Considered Options", (Bullets(tuple(_titles(comparison))),)),
        _outcome(comparison),
        _consequences(comparison),
        _confirmation(comparison),
        Section("pros", "Pros and Cons of the Options", ()),
        *(_option(id, comparison) for id in comparison.patterns),
        _more(comparison),
    )
    return Document(_title(comparison), sections, sources(refs_of(sections), comparison))


_WORDS = {
    "monolith": "a monolith",
    "microservices": "microservices",
    "event-driven": "event-driven services",
}


def _title(comparison: Comparison) -> str:
    if comparison.winner:
        return f"Build it as {_WORDS[comparison.winner]}"
    if not comparison.is_informed:
        return "Choose an architecture"
    if comparison.left.order:
        return f"Decide between {listed([_WORDS[id] for id in comparison.left.contenders])}"
    return "Build it as none of the compared patterns"


def _chosen(comparison: Comparison) -> str:
    if not comparison.is_informed:
        return "none yet"
    if comparison.winner:
        return comparison.base.patterns[comparison.winner].title
    if comparison.left.order:
        return f"undecided between {titles(comparison.left.contenders, comparison.base)}"
    return "none of these"


def _titles(comparison: Comparison) -> list[Sentence]:
    return [Sentence(comparison.base.patterns[id].title) for id in comparison.patterns]


def _context(comparison: Comparison) -> Section:
    base, request = comparison.base, comparison.request
    name = request.needs.name or "The system"
    facts = [
        Sentence(
            f"{question.ask} {question.answers[request.needs.answers[id]].title}.", (f"needs:answers.{id}",)
        )
        for id, question in base.questions.items()
        if id in request.needs.answers
    ]
    intro = Paragraph(Sentence(f"{name} needs an architecture. Known facts:"))
    blocks: tuple[Block, ...] = (intro, Bullets(tuple(facts))) if facts else (intro,)
    return Section("context", "Context and Problem Statement", blocks)


def _drivers(comparison: Comparison) -> Section:
    heaviest = sorted(comparison.weights.items(), key=lambda item: -item[1].range.middle)
    drivers = [
        Sentence(
            f"{comparison.base.criteria[id].title} ({comparison.base.criteria[id].question}): "
            f"swing weight {span(weight.range)}.",
            ("swing-weights", "our-scale")
            if weight.source == "unknown"
            else (f"needs:{weight.source}", "swing-weights"),
            computed=True,
        )
        for id, weight in heaviest
    ]
    return Section("drivers", "Decision Drivers", (Bullets(tuple(drivers)),))


def _outcome(comparison: Comparison) -> Section:
    blocks: list[Block] = [
        Paragraph(Sentence(f"Chosen option: {_chosen(comparison)}.")),
        Paragraph(headline(comparison)),
        *what_to_build(comparison),
    ]
    if decide := what_would_decide(comparison):
        blocks.append(Paragraph(decide))
    if closed := gates(comparison):
        blocks += [Paragraph(Sentence("Ruled out by hard limits:")), *closed.blocks]
    return Section("outcome", "Decision Outcome", tuple(blocks))


def _consequences(comparison: Comparison) -> Section:
    """Of the winner, or of each pattern that it is undecided between."""
    items = [item for id in _leaders(comparison) for item in _consequences_of(id, comparison)]
    return Section("consequences", "Consequences", (Bullets(tuple(items)),), level=3)


def _consequences_of(id: str, comparison: Comparison) -> Iterator[Sentence]:
    pattern = comparison.base.patterns[id]
    prefix = "" if comparison.winner else f"{pattern.title}: "
    yield from (Sentence(f"{prefix}Good, because: {said.text}", said.refs) for said in pattern.strengths)
    yield from (Sentence(f"{prefix}Bad, because: {said.text}", said.refs) for said in pattern.weaknesses)


def _leaders(comparison: Comparison) -> tuple[str, ...]:
    return comparison.left.contenders if comparison.is_informed else ()


def _confirmation(comparison: Comparison) -> Section:
    intro = Paragraph(Sentence("Review the decision if one of these occurs:"))
    triggers = [said(each) for id in _leaders(comparison) for each in comparison.base.patterns[id].revisit]
    blocks: tuple[Block, ...] = (intro, Bullets(tuple(triggers))) if triggers else ()
    return Section("confirmation", "Confirmation", blocks, level=3)


def _option(id: str, comparison: Comparison) -> Section:
    pattern = comparison.base.patterns[id]
    share = comparison.all.acceptability.first(id)
    items = (
        *(Sentence(f"Good, because: {each.text}", each.refs) for each in pattern.strengths),
        *(Sentence(f"Bad, because: {each.text}", each.refs) for each in pattern.weaknesses),
        Sentence(
            f"Neutral: by scores alone it comes first in {frequency(share)}.",
            ("smaa", "our-draws"),
            computed=True,
        ),
    )
    return Section(
        f"option-{id}", pattern.title, (Paragraph(Sentence(pattern.summary)), Bullets(items)), level=3
    )


def _more(comparison: Comparison) -> Section:
    patterns = (comparison.base.patterns[id] for id in _leaders(comparison))
    blocks: list[Block] = [
        Paragraph(Sentence(f"{pattern.title}, hybrid: {pattern.hybrid.text}")) for pattern in patterns
    ]
    if tipping := sensitivity(comparison):
        blocks += tipping.blocks
    blocks.append(
        Paragraph(
            Sentence("To reproduce it, save this as needs.yaml and run blueprint compare --for needs.yaml.")
        )
    )
    blocks.append(Code(written_needs(comparison.request.needs), "yaml"))
    return Section("more", "More Information", tuple(blocks))
