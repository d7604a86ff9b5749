"""What is known, as values. Each has the form of its entry in one of the YAML files beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Struct, field

from blueprint.knowledge.decode import Limits

Read = Literal["primary", "abstract", "secondary", "derived", "measured", "memory"]
Verdict = Literal["supported", "contested", "context-bound", "outdated", "misattributed", "unsupported"]
Kind = Literal[
    "article",
    "case",
    "review",
    "experiment",
    "performance",
    "arithmetic",
    "measurement",
    "opinion",
    "price",
    "cost",
    "method",
]
About = Literal["all", "monolith", "microservices", "event-driven"]


class Claim(Struct, frozen=True):
    """One statement in our words, and where it comes from.

    `values` are the numbers of the statement in `unit`. `read` tells how the source was read, `year` when it
    appeared (None: nobody could verify it), `contradicts` the ids of claims that say otherwise.
    """

    id: str
    about: About
    kind: Kind
    statement: str
    source: str
    address: str
    read: Read
    verdict: Verdict
    year: int | None = None
    values: tuple[float, ...] = ()
    unit: str | None = None
    conditions: str | None = None
    note: str | None = None
    contradicts: tuple[str, ...] = ()

    @property
    def is_citable(self) -> bool:
        """Whether it may be said at all: what somebody only recalls may not."""
        return self.read != "memory"


class Said(Struct, frozen=True):
    """A sentence, and the ids of the claims that it rests on."""

    text: str
    refs: tuple[str, ...]


class Interval(Struct, frozen=True):
    """From `low` to `high`."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


class Estimate(Struct, frozen=True):
    """What makes the bill low, what is expected, and what makes it high."""

    low: float
    expected: float
    high: float


class Hybrid(Struct, frozen=True):
    """What lies between a pattern and the others, and where a generated project has it."""

    text: str
    place: str


class Pattern(Struct, frozen=True):
    """One of the options. `revisit` tells what should make you think again."""

    id: str
    title: str
    summary: str
    strengths: tuple[Said, ...]
    weaknesses: tuple[Said, ...]
    good_for: str
    hybrid: Hybrid
    revisit: tuple[Said, ...]


class Score(Struct, frozen=True):
    """How a pattern does on a criterion, from 0 to 10, with claims for it and against it."""

    range: Interval
    pro: tuple[str, ...]
    con: tuple[str, ...] = ()


class Criterion(Struct, frozen=True):
    """What patterns are weighed by: an absolute scale from `worst` (0) to `best` (10)."""

    id: str
    title: str
    question: str
    worst: str
    best: str
    scores: Mapping[str, Score]
    covers: tuple[str, ...] = ()


class Answer(Struct, frozen=True):
    """One answer to a question, with the swing weights (0 to 100) that follow from it."""

    title: str
    weights: Mapping[str, Interval] = field(default_factory=dict)


class Question(Struct, frozen=True):
    """What has to be known of a system, and why."""

    id: str
    ask: str
    why: str
    answers: Mapping[str, Answer]


class Gate(Struct, frozen=True):
    """Answers that rule patterns out, why, and what would lift the gate."""

    id: str
    when: Mapping[str, str]
    removes: tuple[str, ...]
    reason: Said
    undo: str
    con: tuple[str, ...] = ()


class Spot(Struct, frozen=True):
    """Where a generated project answers a challenge; `{package}` stands for its package."""

    path: str
    how: str


class Challenge(Struct, frozen=True):
    """A hard part of some patterns (`of`), the tools that answer it, and where each pattern does."""

    id: str
    title: str
    asks: str
    of: tuple[str, ...]
    tools: tuple[str, ...]
    places: Mapping[str, Spot]


class Tool(Struct, frozen=True):
    """`built_if` is how the label of a pack or the path of one of its files begins; None is always built."""

    id: str
    title: str
    does: str
    built_if: str | None = None

    def is_built(self, parts: frozenset[str]) -> bool:
        """Whether it can be had, where `parts` are labels and paths from the catalogue."""
        return self.built_if is None or any(part.startswith(self.built_if) for part in parts)


class UseCase(Struct, frozen=True):
    """A kind of system: what the article says (the id of a claim), and what the evidence adds."""

    id: str
    title: str
    article: str
    advice: tuple[Said, ...]


class Company(Struct, frozen=True):
    """Who is often named as an example; `article` is the claim of the article, if it has one."""

    id: str
    title: str
    evidence: tuple[str, ...]
    article: str | None = None


class CommonProblem(Struct, frozen=True):
    """A problem, what to do in which order, and the criteria and challenges that it belongs to."""

    id: str
    title: str
    symptom: str
    answers: tuple[Said, ...]
    criteria: tuple[str, ...]
    challenges: tuple[str, ...]
    article: str | None = None


class Price(Struct, frozen=True):
    """Dollars, or an amount that is free, in `unit`; `claim` says where it was read."""

    value: Annotated[float, Limits(0, 1e6)]
    unit: str
    claim: str | None = None


class Assumption(Struct, frozen=True):
    """A number that nobody can look up, and the claims that it leans on, if any."""

    value: Estimate
    about: str
    claims: tuple[str, ...] = ()


class PriceBook(Struct, frozen=True):
    """All that the monthly cost is calculated from, read until `priced_on`, YYYY-MM-DD."""

    region: str
    priced_on: str
    prices: Mapping[str, Price]
    assumptions: Mapping[str, Assumption]
