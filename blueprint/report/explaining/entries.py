"""The content of each kind of topic."""

from __future__ import annotations

from msgspec import Struct

from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.messages import ExitCode, Messages
from blueprint.knowledge.model import (
    Challenge,
    Claim,
    CommonProblem,
    Company,
    Contradiction,
    Criterion,
    Gate,
    Pattern,
    PriceBook,
    Question,
    Shape,
    Tool,
    UseCase,
)
from blueprint.report.comparing.costs import assumption_row, price_row
from blueprint.report.comparing.wording import (
    attributed,
    claimed,
    how_read,
    in_project,
    rests_on,
    said,
    span,
    titles,
)
from blueprint.report.document import Block, Bullets, Grid, Paragraph, Row, Sentence

_MOST_EVIDENCE = 5

Blocks = tuple[Block, ...]


class Knowledge(Struct, frozen=True):
    """All topics; `built` are labels and paths of packs."""

    base: KnowledgeBase
    messages: Messages
    prices: PriceBook
    built: frozenset[str]


def pattern(one: Pattern, knowledge: Knowledge) -> Blocks:
    """A summary, pros and cons, and measurements."""
    points = (
        *(Sentence(f"+ {each.text}", each.refs) for each in one.strengths),
        *(Sentence(f"− {each.text}", each.refs) for each in one.weaknesses),
    )
    seen = knowledge.base.about(one.id, "experiment", "case")[:_MOST_EVIDENCE]
    return (
        _text(f"{one.summary} Fits: {one.good_for}"),
        Bullets(points),
        _text(f"Hybrid: {one.hybrid.text}"),
        _text("Measurements and observations:"),
        Bullets(tuple(claimed(claim) for claim in seen)),
    )


def criterion(one: Criterion, knowledge: Knowledge) -> Blocks:
    """Its scale, and the score of each pattern with the claims for and against."""
    scale = Sentence(f"From 0 ({one.worst}) to 10 ({one.best}).", ("our-scale",))
    rows = tuple(
        Row(
            (
                knowledge.base.patterns[id].title,
                span(score.range),
                "\n".join(score.pro),
                "\n".join(score.con),
            ),
            ("our-scale", *score.pro, *score.con),
            computed=True,
        )
        for id, score in one.scores.items()
    )
    also = f" Covers {', '.join(one.covers)}." if one.covers else ""
    table = Grid(("pattern", "score", "evidence", "against it"), rows, (1,))
    return _text(f"{one.question[:1].upper()}{one.question[1:]}.{also}"), Paragraph(scale), table


def challenge(one: Challenge, knowledge: Knowledge) -> Blocks:
    """The tools that address it, and the places in each pattern."""
    base = knowledge.base
    tools = tuple(_tool_line(base.tools[id], knowledge) for id in one.tools)
    places = tuple(
        Row((base.patterns[id].title, in_project(spot), spot.how)) for id, spot in one.places.items()
    )
    grid = Grid(("pattern", "answered in", "how"), places)
    return _text(one.asks), Bullets(tools), grid, _text("Code is below src/{package} of a generated project.")


def tool(one: Tool, knowledge: Knowledge) -> Blocks:
    """Its purpose, and the challenges it addresses."""
    answers = [each.title for each in knowledge.base.challenges.values() if one.id in each.tools]
    return Bullets((_tool_line(one, knowledge),)), _text(f"Answers: {', '.join(answers)}.")


def _tool_line(one: Tool, knowledge: Knowledge) -> Sentence:
    there = "" if one.is_built(knowledge.built) else " Planned."
    return Sentence(f"{one.title}: {one.does}.{there}")


def problem(one: CommonProblem, knowledge: Knowledge) -> Blocks:
    """Solutions, in the order in which to try them."""
    article = (_article(one.article, knowledge),) if one.article else ()
    steps = Bullets(tuple(said(each) for each in one.answers))
    return _text(one.symptom), *article, steps, _text(f"More: blueprint compare --problem {one.id}")


def use_case(one: UseCase, knowledge: Knowledge) -> Blocks:
    """The article's claim, and the evidence."""
    return _article(one.article, knowledge), Bullets(tuple(said(each) for each in one.advice))


def company(one: Company, knowledge: Knowledge) -> Blocks:
    """The facts about the company."""
    article = (_article(one.article, knowledge),) if one.article else ()
    return *article, Bullets(tuple(claimed(knowledge.base.claims[id]) for id in one.evidence))


def _article(id: str, knowledge: Knowledge) -> Block:
    claim = knowledge.base.claims[id]
    text = f"The article says: {claim.statement} This is {claim.verdict}. {claim.note or ''}".strip()
    return Paragraph(Sentence(text, (id,)))


def claim(one: Claim, knowledge: Knowledge) -> Blocks:
    """The statement and its source; claims cited from memory are not shown."""
    if not one.is_citable:
        return (
            _text("This claim was cited from memory and its text was not found, so reports do not use it."),
        )
    facts = [
        ("verdict", one.verdict),
        ("rests on", rests_on(one)),
        ("how it was read", how_read(one)),
        ("conditions", one.conditions),
        ("note", one.note),
        ("source", one.source + (f", {one.year}" if one.year else "")),
        ("address", one.address),
        ("where", one.where),
        ("quotation", f'"{one.quote}"' if one.quote else None),
        ("read on", one.read_on),
    ]
    rows = tuple(Row((name, value), (one.id,)) for name, value in facts if value)
    against = knowledge.base.contradicting(one.id)
    says = Paragraph(Sentence(attributed(one), (one.id,)), strong=one.is_read)
    if not against:
        return says, Grid(("", ""), rows)
    others = Bullets(tuple(claimed(each) for each in against))
    return says, Grid(("", ""), rows), _text("Others say:"), others


def prices(knowledge: Knowledge) -> Blocks:
    """All prices, with their claims."""
    book = knowledge.prices
    rows = tuple(price_row(id, each) for id, each in book.prices.items())
    dated = Sentence(
        f"{book.region}, read until {book.priced_on}. Use your own with --prices FILE.", ("price:priced_on",)
    )
    return Paragraph(dated), Grid(("price", "value", "unit", "claim"), rows, (1,))


def assumptions(knowledge: Knowledge) -> Blocks:
    """All assumptions, with their supporting claims."""
    rows = tuple(assumption_row(id, each) for id, each in knowledge.prices.assumptions.items())
    intro = "From low to high cost. Use your own with --prices FILE."
    return _text(intro), Grid(("assumption", "low", "likely", "high", "what"), rows, (1, 2, 3))


def shape(one: Shape, knowledge: Knowledge) -> Blocks:
    """What it is, and why it is recommended."""
    of = knowledge.base.patterns[one.of].title if one.of else "none of the patterns"
    return _text(one.summary), Paragraph(said(one.why)), _text(f"A form of: {of}.")


def gate(one: Gate, knowledge: Knowledge) -> Blocks:
    """The answers that close it, its effect, its reason, and how to lift it."""
    answers = " and ".join(f"{key}: {value}" for key, value in one.when.items())
    effects = [f"rules out {titles(one.removes, knowledge.base)}"] if one.removes else []
    if one.part:
        demand = {"together": "keeps in one service", "apart": "puts in a process of its own"}
        effects.append(f"{demand[one.part.demand]} {one.part.what}")
    against = Bullets(tuple(claimed(knowledge.base.claims[id]) for id in one.con))
    blocks = (
        _text(f"{answers}: {' and '.join(effects)}."),
        Paragraph(said(one.reason)),
        _text(f"To lift it: {one.undo}."),
    )
    return (*blocks, _text("Counterarguments:"), against) if one.con else blocks


def contradiction(one: Contradiction) -> Blocks:
    """The answers that exclude each other, and the reason."""
    answers = " and ".join(f"{key}: {value}" for key, value in one.when.items())
    return _text(f"These answers exclude each other: {answers}."), Paragraph(said(one.reason))


def question(one: Question) -> Blocks:
    """The reason for a question, and its answers."""
    rows = tuple(
        Row(
            (id, answer.title, ", ".join(f"{key} {span(range)}" for key, range in answer.weights.items())),
            ("swing-weights", "our-scale") if answer.weights else (),
            computed=bool(answer.weights),
        )
        for id, answer in one.answers.items()
    )
    return Paragraph(said(one.why)), Grid(("answer", "meaning", "swing weights"), rows)


def input_(about: str) -> Blocks:
    """The meaning of a number that the user states."""
    return (_text(about),)


def price(id: str, knowledge: Knowledge) -> Blocks:
    """A price, or an assumption, of the price book."""
    book = knowledge.prices
    if id in book.prices:
        return (Grid(("price", "value", "unit", "claim"), (price_row(id, book.prices[id]),), (1,)),)
    row = assumption_row(id, book.assumptions[id])
    return (Grid(("assumption", "low", "likely", "high", "what"), (row,), (1, 2, 3)),)


def exit_code(one: ExitCode) -> Blocks:
    """The meaning of an exit code."""
    return (_text(one.means),)


def error(means: str) -> Blocks:
    """The meaning of an error."""
    return (_text(means),)


def _text(text: str) -> Paragraph:
    return Paragraph(Sentence(text))
