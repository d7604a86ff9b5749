"""What is said of each kind of topic."""

from __future__ import annotations

from msgspec import Struct

from blueprint.knowledge.library import Library
from blueprint.knowledge.messages import ExitCode, Messages
from blueprint.knowledge.model import (
    Challenge,
    Claim,
    CommonProblem,
    Company,
    Criterion,
    Pattern,
    PriceBook,
    Tool,
    UseCase,
)
from blueprint.report.comparing.costs import assumption_row, price_row
from blueprint.report.comparing.wording import claimed, how_read, in_project, said, span
from blueprint.report.document import Block, Bullets, Grid, Paragraph, Row, Sentence

_MOST_EVIDENCE = 5

Blocks = tuple[Block, ...]


class Knowledge(Struct, frozen=True):
    """All that can be explained; `built` are labels and paths of packs."""

    library: Library
    messages: Messages
    prices: PriceBook
    built: frozenset[str]


def pattern(one: Pattern, known: Knowledge) -> Blocks:
    """What it is, what speaks for it and against it, and what was measured."""
    points = (
        *(Sentence(f"+ {each.text}", each.refs) for each in one.strengths),
        *(Sentence(f"− {each.text}", each.refs) for each in one.weaknesses),
    )
    seen = known.library.about(one.id, "experiment", "case")[:_MOST_EVIDENCE]
    return (
        _text(f"{one.summary} Fits: {one.good_for}"),
        Bullets(points),
        _text(f"In between: {one.hybrid.text}"),
        _text("Measured and seen:"),
        Bullets(tuple(claimed(claim) for claim in seen)),
    )


def criterion(one: Criterion, known: Knowledge) -> Blocks:
    """Its scale, and the score of each pattern with the claims for and against."""
    scale = Sentence(f"From 0 ({one.worst}) to 10 ({one.best}).", ("our-scale",))
    rows = tuple(
        Row(
            (known.library.patterns[id].title, span(score.range), "\n".join(score.pro), "\n".join(score.con)),
            ("our-scale", *score.pro, *score.con),
            computed=True,
        )
        for id, score in one.scores.items()
    )
    also = f" Covers {', '.join(one.covers)}." if one.covers else ""
    table = Grid(("pattern", "score", "evidence", "against it"), rows, (1,))
    return _text(f"{one.question[:1].upper()}{one.question[1:]}.{also}"), Paragraph(scale), table


def challenge(one: Challenge, known: Knowledge) -> Blocks:
    """The tools that answer it, and where each pattern does."""
    library = known.library
    tools = tuple(_tool_line(library.tools[id], known) for id in one.tools)
    places = tuple(
        Row((library.patterns[id].title, in_project(spot), spot.how)) for id, spot in one.places.items()
    )
    grid = Grid(("pattern", "answered in", "how"), places)
    return _text(one.asks), Bullets(tools), grid, _text("Code is below src/{package} of a generated project.")


def tool(one: Tool, known: Knowledge) -> Blocks:
    """What it does, and which challenges it answers."""
    answers = [each.title for each in known.library.challenges.values() if one.id in each.tools]
    return Bullets((_tool_line(one, known),)), _text(f"Answers: {', '.join(answers)}.")


def _tool_line(one: Tool, known: Knowledge) -> Sentence:
    there = "" if one.is_built(known.built) else " Planned, not there yet."
    return Sentence(f"{one.title}: {one.does}.{there}")


def problem(one: CommonProblem, known: Knowledge) -> Blocks:
    """What to do, in the order in which to try."""
    article = (_article(one.article, known),) if one.article else ()
    steps = Bullets(tuple(said(each) for each in one.answers))
    return _text(one.symptom), *article, steps, _text(f"More: blueprint compare --problem {one.id}")


def use_case(one: UseCase, known: Knowledge) -> Blocks:
    """What the article says, and what the evidence adds."""
    return _article(one.article, known), Bullets(tuple(said(each) for each in one.advice))


def company(one: Company, known: Knowledge) -> Blocks:
    """What is known of it."""
    article = (_article(one.article, known),) if one.article else ()
    return *article, Bullets(tuple(claimed(known.library.claims[id]) for id in one.evidence))


def _article(id: str, known: Knowledge) -> Block:
    claim = known.library.claims[id]
    text = f"The article says: {claim.statement} This is {claim.verdict}. {claim.note or ''}".strip()
    return Paragraph(Sentence(text, (id,)))


def claim(one: Claim, known: Knowledge) -> Blocks:
    """What it says and where from; of what was only recalled, no more than that."""
    if not one.is_citable:
        return (
            _text("Something was recalled on this, but its text was not found. No report says or uses it."),
        )
    facts = [
        ("verdict", one.verdict),
        ("how it was read", how_read(one)),
        ("conditions", one.conditions),
        ("note", one.note),
        ("source", one.source + (f", {one.year}" if one.year else "")),
        ("address", one.address),
    ]
    rows = tuple(Row((name, value), (one.id,)) for name, value in facts if value)
    against = known.library.contradicting(one.id)
    says = Paragraph(Sentence(one.statement, (one.id,)), strong=True)
    if not against:
        return says, Grid(("", ""), rows)
    others = Bullets(tuple(claimed(each) for each in against))
    return says, Grid(("", ""), rows), _text("Others say:"), others


def prices(known: Knowledge) -> Blocks:
    """All prices, with their claims."""
    book = known.prices
    rows = tuple(price_row(id, each) for id, each in book.prices.items())
    dated = Sentence(
        f"{book.region}, read until {book.priced_on}. Your own: --prices FILE.", ("price:priced_on",)
    )
    return Paragraph(dated), Grid(("price", "value", "unit", "claim"), rows, (1,))


def assumptions(known: Knowledge) -> Blocks:
    """All assumptions, with the claims that they lean on."""
    rows = tuple(assumption_row(id, each) for id, each in known.prices.assumptions.items())
    intro = "From what makes the bill low to what makes it high. Your own: --prices FILE."
    return _text(intro), Grid(("assumption", "low", "likely", "high", "what"), rows, (1, 2, 3))


def exit_code(one: ExitCode) -> Blocks:
    """How a command ended."""
    return (_text(one.means),)


def error(means: str) -> Blocks:
    """What an error means."""
    return (_text(means),)


def _text(text: str) -> Paragraph:
    return Paragraph(Sentence(text))
