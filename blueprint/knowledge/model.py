"""The knowledge base as values. Each class mirrors its entries in the YAML files of this package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Struct, field

from blueprint.knowledge.decode import Limits

Read = Literal["primary", "abstract", "secondary", "derived", "measured", "memory"]
Rests = Literal["says", "supports", "our view"]
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


class Measured(Struct, frozen=True):
    """A recorded measurement: the name of its file in `docs/results`, and the numbers of a statement by name.

    Each number is a summary of series, such as `median of monolith/rest`.
    """

    file: str
    numbers: Mapping[str, str]


class Claim(Struct, frozen=True):
    """One statement in our words, and its source.

    The statement of a measured claim names its numbers in braces: `{monolith} s`.

    `values` are the numbers of the statement in `unit`. `read` is how the source was read, `year` its
    publication (None if unverified), `contradicts` the ids of contradicting claims. `rests` tells whether the
    source says it, or only supports it, or whether it is our view; a claim of the article is said by it.
    `where` is the place in the source, `quote` at most 25 of its words, `read_on` the day,
    YYYY-MM-DD, or the month, YYYY-MM. Of a source that we did not read, that is when we read the other text.
    """

    id: str
    about: About
    kind: Kind
    statement: str
    read: Read
    verdict: Verdict
    rests: Rests
    source: str = ""
    address: str = ""
    year: int | None = None
    values: tuple[float, ...] = ()
    unit: str | None = None
    conditions: str | None = None
    note: str | None = None
    contradicts: tuple[str, ...] = ()
    where: str | None = None
    quote: str | None = None
    read_on: str | None = None
    measured: Measured | None = None

    @property
    def is_read(self) -> bool:
        """Whether we read the source itself, or its abstract; only such claims may support a headline."""
        return self.read not in ("secondary", "memory")

    @property
    def is_citable(self) -> bool:
        """Whether reports may use it; claims cited from memory may not be used."""
        return self.read != "memory"


class Said(Struct, frozen=True):
    """A sentence, and the ids of its supporting claims."""

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
    """A low, an expected and a high value."""

    low: float
    expected: float
    high: float


class Hybrid(Struct, frozen=True):
    """A hybrid of a pattern and the others, and its place in a generated project."""

    text: str
    place: str


class Pattern(Struct, frozen=True):
    """One of the options. `revisit` lists triggers for a review."""

    id: str
    title: str
    summary: str
    strengths: tuple[Said, ...]
    weaknesses: tuple[Said, ...]
    good_for: str
    hybrid: Hybrid
    revisit: tuple[Said, ...]


class Score(Struct, frozen=True):
    """The score of a pattern on a criterion, from 0 to 10, with claims for and against it."""

    range: Interval
    pro: tuple[str, ...]
    con: tuple[str, ...] = ()


class Criterion(Struct, frozen=True):
    """A criterion with an absolute scale from `worst` (0) to `best` (10)."""

    id: str
    title: str
    question: str
    worst: str
    best: str
    scores: Mapping[str, Score]
    covers: tuple[str, ...] = ()


class Answer(Struct, frozen=True):
    """An answer to a question, with its swing weights (0 to 100)."""

    title: str
    weights: Mapping[str, Interval] = field(default_factory=dict)


class Question(Struct, frozen=True):
    """A question about a system, and its reason."""

    id: str
    ask: str
    why: Said
    answers: Mapping[str, Answer]


class Part(Struct, frozen=True):
    """A part of the system with a form of its own: `what` is kept in one service, or runs by itself."""

    demand: Literal["together", "apart"]
    what: str


class Gate(Struct, frozen=True):
    """Answers that rule out patterns or fix the form of a part, the reason, and how to lift the gate.

    `removes` are ruled out for everything that is not a `part` of its own. A gate that removes every pattern
    names the `instead`, the id of a shape.
    """

    id: str
    when: Mapping[str, str]
    reason: Said
    undo: str
    removes: tuple[str, ...] = ()
    part: Part | None = None
    instead: str | None = None
    con: tuple[str, ...] = ()


class Contradiction(Struct, frozen=True):
    """Answers that exclude each other, and the reason."""

    id: str
    when: Mapping[str, str]
    reason: Said


class Shape(Struct, frozen=True):
    """What to build: a form of a pattern, or of none.

    It applies to the pattern `of` if any mapping of `when` fits the answers (all if there is none) and,
    unless `apart` is None, if a part must run apart or not.
    """

    id: str
    title: str
    summary: str
    why: Said
    of: str | None = None
    apart: bool | None = None
    when: tuple[Mapping[str, tuple[str, ...]], ...] = ()


class Spot(Struct, frozen=True):
    """The place where a generated project addresses a challenge; `{package}` is its package."""

    path: str
    how: str


class Challenge(Struct, frozen=True):
    """A challenge of some patterns (`of`), the tools that address it, and the places in each pattern."""

    id: str
    title: str
    asks: str
    of: tuple[str, ...]
    tools: tuple[str, ...]
    places: Mapping[str, Spot]


class Tool(Struct, frozen=True):
    """`built_if` is the prefix of a pack's label or of a file's path; None is always built."""

    id: str
    title: str
    does: str
    built_if: str | None = None

    def is_built(self, parts: frozenset[str]) -> bool:
        """Whether the tool is available; `parts` are labels and paths from the catalogue."""
        return self.built_if is None or any(part.startswith(self.built_if) for part in parts)


class UseCase(Struct, frozen=True):
    """A kind of system: the id of the article's claim, and the evidence."""

    id: str
    title: str
    article: str
    advice: tuple[Said, ...]


class Company(Struct, frozen=True):
    """A company often cited as an example; `article` is the article's claim, if any."""

    id: str
    title: str
    evidence: tuple[str, ...]
    article: str | None = None


class CommonProblem(Struct, frozen=True):
    """A problem, its solutions in order, and its criteria and challenges."""

    id: str
    title: str
    symptom: str
    answers: tuple[Said, ...]
    criteria: tuple[str, ...]
    challenges: tuple[str, ...]
    article: str | None = None


class Price(Struct, frozen=True):
    """Dollars, or a free amount, in `unit`; `claim` is its source."""

    value: Annotated[float, Limits(0, 1e6)]
    unit: str
    claim: str | None = None


class Assumption(Struct, frozen=True):
    """A number without a source, and supporting claims, if any."""

    value: Estimate
    about: str
    claims: tuple[str, ...] = ()


class PriceBook(Struct, frozen=True):
    """All inputs of the monthly cost, as of `priced_on`, YYYY-MM-DD."""

    region: str
    priced_on: str
    prices: Mapping[str, Price]
    assumptions: Mapping[str, Assumption]
