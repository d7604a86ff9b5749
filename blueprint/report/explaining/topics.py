"""Find a topic of any kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

from blueprint.errors import Problem, UsageError
from blueprint.knowledge.messages import Messages
from blueprint.knowledge.needs import ABOUT_LOAD
from blueprint.report.comparing.sources import claim_source
from blueprint.report.document import Document, Grid, Row, Section, refs_of
from blueprint.report.explaining import entries
from blueprint.report.explaining.entries import Blocks, Knowledge
from blueprint.spec.findings import did_you_mean
from blueprint.spec.names import shown

Topic = tuple[str, str, Callable[[], Blocks]]
"""The kind, the title, and a function that creates the blocks."""


def explained(name: str, knowledge: Knowledge) -> Document:
    """The topic, with its sources. Raises UsageError if it is unknown."""
    topics = dict(reversed(list(_topics(knowledge))))
    key = "-".join(_without_prefix(name.strip()).lower().replace("_", "-").split())
    if of_needs := _of_needs(name.strip(), knowledge):
        key, topics = name, {name: of_needs}
    if key not in topics:
        hint = did_you_mean(key, topics, "blueprint explain lists all topics")
        raise UsageError(Problem("unknown-topic", f"there is no topic {shown(name)}", hint))
    kind, title, blocks = topics[key]
    sections = (Section(key, kind, blocks()),)
    claims = knowledge.base.claims
    return Document(
        title, sections, tuple(claim_source(claims[ref]) for ref in refs_of(sections) if ref in claims)
    )


def _without_prefix(ref: str) -> str:
    """The id in a reference of a report, such as `price:logs_gb`."""
    kind, _, id = ref.partition(":")
    if ref == "price:priced_on":
        return "prices"
    return id.removeprefix("weights.") if kind in ("price", "assume", "needs") and id else ref


def _of_needs(ref: str, knowledge: Knowledge) -> Topic | None:
    """The topic of a part of the needs: `needs:answers.teams`, `needs:load.availability` or `needs:rate`."""
    part, _, id = ref.removeprefix("needs:").partition(".")
    if ref == "needs:rate":
        return "load", "--rate", partial(entries.input_, "The requests a second of --rate, on average.")
    if part == "answers" and (question := knowledge.base.questions.get(id)):
        return "question", question.ask, partial(entries.question, question)
    if part == "load" and id in ABOUT_LOAD:
        return "load", id, partial(entries.input_, ABOUT_LOAD[id])
    return None


def overview(knowledge: Knowledge) -> Document:
    """All topics, by kind."""
    kinds: dict[str, list[str]] = {}
    for key, (kind, _, _) in _topics(knowledge):
        kinds.setdefault(kind, []).append(key)
    rows = tuple(Row((kind, ", ".join(keys))) for kind, keys in kinds.items())
    section = Section("topics", "blueprint explain TOPIC", (Grid(("kind", "topics"), rows),))
    return Document("Topics", (section,))


def topic_names(knowledge: Knowledge) -> list[str]:
    """What `explained` takes."""
    return list(dict(_topics(knowledge)))


def _topics(knowledge: Knowledge) -> Iterator[tuple[str, Topic]]:
    """If two kinds share an id, the first one wins."""
    base = knowledge.base
    for pattern in base.patterns.values():
        yield pattern.id, ("pattern", pattern.title, partial(entries.pattern, pattern, knowledge))
    for criterion in base.criteria.values():
        entry = ("criterion", criterion.title, partial(entries.criterion, criterion, knowledge))
        yield from ((name, entry) for name in (criterion.id, *criterion.covers))
    for challenge in base.challenges.values():
        yield challenge.id, ("challenge", challenge.title, partial(entries.challenge, challenge, knowledge))
    for tool in base.tools.values():
        yield tool.id, ("tool", tool.title, partial(entries.tool, tool, knowledge))
    for problem in base.problems.values():
        yield problem.id, ("problem", problem.title, partial(entries.problem, problem, knowledge))
    yield from chain(
        _decisions(knowledge), _cases(knowledge), _book(knowledge), _messages(knowledge.messages)
    )
    for claim in base.claims.values():
        yield claim.id, ("claim", f"Claim {claim.id}", partial(entries.claim, claim, knowledge))


def _decisions(knowledge: Knowledge) -> Iterator[tuple[str, Topic]]:
    base = knowledge.base
    for shape in base.shapes.values():
        yield shape.id, ("form", shape.title, partial(entries.shape, shape, knowledge))
    for gate in base.gates.values():
        yield gate.id, ("gate", f"Gate {gate.id}", partial(entries.gate, gate, knowledge))
    for clash in base.contradictions.values():
        title = f"Contradiction {clash.id}"
        yield clash.id, ("contradiction", title, partial(entries.contradiction, clash))
    for question in base.questions.values():
        yield question.id.replace("_", "-"), ("question", question.ask, partial(entries.question, question))


def _cases(knowledge: Knowledge) -> Iterator[tuple[str, Topic]]:
    for use_case in knowledge.base.use_cases.values():
        yield use_case.id, ("use case", use_case.title, partial(entries.use_case, use_case, knowledge))
    for company in knowledge.base.companies.values():
        yield company.id, ("company", company.title, partial(entries.company, company, knowledge))


def _book(knowledge: Knowledge) -> Iterator[tuple[str, Topic]]:
    yield "prices", ("prices", "Prices", partial(entries.prices, knowledge))
    yield "assumptions", ("prices", "Assumptions", partial(entries.assumptions, knowledge))
    for id in (*knowledge.prices.prices, *knowledge.prices.assumptions):
        name = id.replace("_", "-")
        yield name, ("entry of the price book", id, partial(entries.price, id, knowledge))


def _messages(messages: Messages) -> Iterator[tuple[str, Topic]]:
    for code in messages.exit_codes.values():
        yield code.id, ("exit code", f"Exit code {code.id}: {code.title}", partial(entries.exit_code, code))
    for id, means in messages.errors.items():
        yield id, ("error", f"Error {id}", partial(entries.error, means))
