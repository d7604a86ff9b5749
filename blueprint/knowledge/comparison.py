"""Compare patterns for given needs: gates, weights, rankings, costs. Reports do no calculations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from blueprint.errors import Problem, UsageError
from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.contradictions import refuse_contradictions
from blueprint.knowledge.cost import Bill, bill, curve
from blueprint.knowledge.model import Estimate, Gate, Interval, PriceBook
from blueprint.knowledge.needs import Needs
from blueprint.knowledge.shaping import Form, forms, is_hybrid
from blueprint.knowledge.smaa import Scores, acceptability
from blueprint.knowledge.verdict import Ranking, ranking
from blueprint.knowledge.weights import Weight, closed_gates, left_by, weights_of
from blueprint.spec.findings import did_you_mean
from blueprint.spec.names import shown


class Project(Struct, frozen=True):
    """An existing generated project."""

    name: str
    pattern: str
    services: int
    events: int
    package: str = ""


class Request(Struct, frozen=True):
    """What is to be compared: which patterns (none is all), for which needs, at which prices.

    `rate` asks for the scale on paper, in requests a second on average, `problem` for the answer to a common
    problem. `project` is the one that the numbers of services and events were taken from. `without_gates` are
    the ids of gates that are not applied.
    """

    needs: Needs
    prices: PriceBook
    patterns: Sequence[str] = ()
    rate: float | None = None
    problem: str | None = None
    project: Project | None = None
    without_gates: tuple[str, ...] = ()


class Comparison(Struct, frozen=True):
    """Everything that a report shows.

    `all` is how all patterns stand if no gate closed, `left` how those stand that the gates leave. `forms`
    are what to build: of the winner, or of each pattern that it is undecided between, or what fits instead
    of all patterns.
    """

    base: KnowledgeBase
    request: Request
    patterns: tuple[str, ...]
    gates: tuple[Gate, ...]
    weights: Mapping[str, Weight]
    all: Ranking
    left: Ranking
    forms: tuple[Form, ...]
    bills: tuple[Bill, ...]
    curves: Mapping[str, tuple[tuple[float, Estimate], ...]]
    scale: tuple[Bill, ...] = ()

    @property
    def is_informed(self) -> bool:
        """Whether any needs are known; otherwise there is no recommendation."""
        return bool(self.request.needs.answers or self.request.needs.weights)

    @property
    def winner(self) -> str | None:
        """The pattern that is recommended, or None if there is no clear winner or no need is known."""
        return self.left.winner if self.is_informed else None

    @property
    def hybrids(self) -> tuple[Form, ...]:
        """The forms whose parts are built differently."""
        return tuple(each for each in self.forms if is_hybrid(each, self.gates, self.request.needs.answers))

    def removed_by(self, pattern: str) -> tuple[Gate, ...]:
        """The gates that rule out the pattern."""
        return tuple(gate for gate in self.gates if pattern in gate.removes)


def compare(request: Request, base: KnowledgeBase) -> Comparison:
    """Compare the patterns.

    Raises UsageError for an unknown pattern, problem or gate, SpecError for needs that contradict themselves.
    """
    patterns = _patterns(request.patterns, base)
    _check_problem(request.problem, base)
    needs = request.needs
    refuse_contradictions(needs.answers, base)
    _check_gates(request.without_gates, base)
    applied = (gate for gate in base.gates.values() if gate.id not in request.without_gates)
    gates = closed_gates(needs.answers, applied)
    left = left_by(gates, patterns)
    weights = weights_of(needs, base)
    everything = _ranking(weights, base, patterns)
    ranked = everything if left == patterns else _ranking(weights, base, left)
    return Comparison(
        base=base,
        request=request,
        patterns=patterns,
        gates=gates,
        weights=weights,
        all=everything,
        left=ranked,
        forms=forms(ranked.contenders, gates, needs.answers, base),
        bills=tuple(bill(pattern, needs.load, request.prices) for pattern in patterns),
        curves={pattern: curve(pattern, needs.load, request.prices) for pattern in patterns},
        scale=_scale(request, patterns),
    )


def scores_of(base: KnowledgeBase, patterns: Sequence[str]) -> Scores:
    """The interval of each pattern on each criterion."""
    return {
        pattern: {id: criterion.scores[pattern].range for id, criterion in base.criteria.items()}
        for pattern in patterns
    }


def _ranking(weights: Mapping[str, Weight], base: KnowledgeBase, patterns: Sequence[str]) -> Ranking:
    ranges: Mapping[str, Interval] = {id: weight.range for id, weight in weights.items()}
    scores = scores_of(base, patterns)
    together = acceptability(ranges, scores, correlated=True)
    return ranking(ranges, scores, acceptability(ranges, scores), together)


def _scale(request: Request, patterns: Sequence[str]) -> tuple[Bill, ...]:
    if request.rate is None:
        return ()
    load = request.needs.load
    messages = load.messages_per_second
    scaled = None if messages is None else messages * request.rate / load.requests_per_second
    at_rate = replace(load, requests_per_second=request.rate, messages_per_second=scaled)
    return tuple(bill(pattern, at_rate, request.prices) for pattern in patterns)


def _patterns(wanted: Sequence[str], base: KnowledgeBase) -> tuple[str, ...]:
    for id in wanted:
        if id not in base.patterns:
            hint = did_you_mean(id, base.patterns)
            raise UsageError(Problem("unknown-pattern", f"there is no pattern {shown(id)}", hint))
    return tuple(id for id in base.patterns if not wanted or id in wanted)


def _check_gates(wanted: Sequence[str], base: KnowledgeBase) -> None:
    for id in wanted:
        if id not in base.gates:
            hint = did_you_mean(id, base.gates)
            raise UsageError(Problem("unknown-gate", f"there is no gate {shown(id)}", hint))


def _check_problem(problem: str | None, base: KnowledgeBase) -> None:
    if problem is not None and problem not in base.problems:
        hint = did_you_mean(problem, base.problems)
        raise UsageError(Problem("unknown-problem", f"there is no problem {shown(problem)}", hint))
