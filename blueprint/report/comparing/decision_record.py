"""A comparison as a decision record in MADR 4 format."""

from __future__ import annotations

from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.writing import written_needs
from blueprint.report.comparing.answer import gates, headline, sensitivity
from blueprint.report.comparing.sources import sources
from blueprint.report.comparing.wording import percent, said, span
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
    title = f"Build it as {_leader_title(comparison)}" if comparison.is_informed else "Choose an architecture"
    return Document(title, sections, sources(refs_of(sections), comparison))


def _leader_title(comparison: Comparison) -> str:
    words = {
        "monolith": "a monolith",
        "microservices": "microservices",
        "event-driven": "event-driven services",
    }
    return words[comparison.left.leader]


def _chosen(comparison: Comparison) -> str:
    return comparison.library.patterns[comparison.left.leader].title if comparison.is_informed else "none yet"


def _titles(comparison: Comparison) -> list[Sentence]:
    return [Sentence(comparison.library.patterns[id].title) for id in comparison.patterns]


def _context(comparison: Comparison) -> Section:
    library, request = comparison.library, comparison.request
    name = request.needs.name or "The system"
    facts = [
        Sentence(
            f"{question.ask} {question.answers[request.needs.answers[id]].title}.", (f"needs:answers.{id}",)
        )
        for id, question in library.questions.items()
        if id in request.needs.answers
    ]
    intro = Paragraph(Sentence(f"{name} needs an architecture. Known facts:"))
    blocks: tuple[Block, ...] = (intro, Bullets(tuple(facts))) if facts else (intro,)
    return Section("context", "Context and Problem Statement", blocks)


def _drivers(comparison: Comparison) -> Section:
    heaviest = sorted(comparison.weights.items(), key=lambda item: -item[1].range.middle)
    drivers = [
        Sentence(
            f"{comparison.library.criteria[id].title} ({comparison.library.criteria[id].question}): "
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
    ]
    if closed := gates(comparison):
        blocks += [Paragraph(Sentence("Ruled out by hard limits:")), *closed.blocks]
    return Section("outcome", "Decision Outcome", tuple(blocks))


def _consequences(comparison: Comparison) -> Section:
    leader = comparison.library.patterns[comparison.left.leader]
    good = [said(each) for each in leader.strengths]
    bad = [said(each) for each in leader.weaknesses]
    items = (
        *(Sentence(f"Good, because: {each.text}", each.refs) for each in good),
        *(Sentence(f"Bad, because: {each.text}", each.refs) for each in bad),
    )
    return Section("consequences", "Consequences", (Bullets(items),), level=3)


def _confirmation(comparison: Comparison) -> Section:
    leader = comparison.library.patterns[comparison.left.leader]
    intro = Paragraph(Sentence("Review the decision if one of these occurs:"))
    return Section(
        "confirmation",
        "Confirmation",
        (intro, Bullets(tuple(said(each) for each in leader.revisit))),
        level=3,
    )


def _option(id: str, comparison: Comparison) -> Section:
    pattern = comparison.library.patterns[id]
    share = comparison.all.acceptability.first(id)
    items = (
        *(Sentence(f"Good, because: {each.text}", each.refs) for each in pattern.strengths),
        *(Sentence(f"Bad, because: {each.text}", each.refs) for each in pattern.weaknesses),
        Sentence(
            f"Neutral: by scores alone it comes first in {percent(share)}.",
            ("smaa", "our-draws"),
            computed=True,
        ),
    )
    return Section(
        f"option-{id}", pattern.title, (Paragraph(Sentence(pattern.summary)), Bullets(items)), level=3
    )


def _more(comparison: Comparison) -> Section:
    leader = comparison.library.patterns[comparison.left.leader]
    blocks: list[Block] = [Paragraph(Sentence(f"Hybrid: {leader.hybrid.text}"))]
    if tipping := sensitivity(comparison):
        blocks += tipping.blocks
    blocks.append(
        Paragraph(
            Sentence("To reproduce it, save this as needs.yaml and run blueprint compare --for needs.yaml.")
        )
    )
    blocks.append(Code(written_needs(comparison.request.needs), "yaml"))
    return Section("more", "More Information", tuple(blocks))
