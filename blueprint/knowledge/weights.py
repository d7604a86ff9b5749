"""Evaluate gates and the weights of criteria."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from blueprint.errors import Problem, SpecError, UsageError
from blueprint.knowledge.aliases import unknown_criterion
from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.model import Gate, Interval
from blueprint.knowledge.needs import WEIGHTS, Needs
from blueprint.spec.names import shown

SPREAD = 10
"""The uncertainty of a stated weight, in both directions."""

UNKNOWN = Interval(WEIGHTS.low, WEIGHTS.high)


class Weight(Struct, frozen=True):
    """How much going from the worst to the best of a criterion is worth, from 0 to 100.

    `source` is where it comes from: `answers.teams`, `weights.scaling`, or `unknown`.
    """

    range: Interval
    source: str


def weights_of(needs: Needs, base: KnowledgeBase) -> Mapping[str, Weight]:
    """The weight of each criterion: as stated, or derived from the answers, or unknown."""
    weights = {id: Weight(UNKNOWN, "unknown") for id in base.criteria}
    for id, answer in needs.answers.items():
        for criterion, range in base.questions[id].answers[answer].weights.items():
            weights[criterion] = Weight(range, f"answers.{id}")
    for criterion, stated in needs.weights.items():
        low, high = max(stated - SPREAD, WEIGHTS.low), min(stated + SPREAD, WEIGHTS.high)
        # A weight of exactly 0 excludes the criterion.
        range = Interval(low, high) if stated else Interval(0, 0)
        weights[criterion] = Weight(range, f"weights.{criterion}")
    if not any(weight.range.high for weight in weights.values()):
        hint = "give at least one criterion a weight above 0"
        raise SpecError(Problem("contradiction", "with all weights at 0 nothing can be compared", hint))
    return weights


def stated_weight(text: str, base: KnowledgeBase) -> tuple[str, float]:
    """Parse a weight such as `scaling=80`. Raises UsageError if it is invalid."""
    criterion, equals, number = text.partition("=")
    if not equals:
        raise UsageError(
            Problem("usage", f"a weight must be criterion=number, not {shown(text)}", "--weight scaling=80")
        )
    if criterion not in base.criteria:
        raise UsageError(unknown_criterion(criterion, base))
    try:
        weight = float(number)
    except ValueError:
        weight = -1
    if not WEIGHTS.low <= weight <= WEIGHTS.high:
        message = f"a weight must be a number {WEIGHTS}, not {shown(number)}"
        raise UsageError(Problem("out-of-range", message, f"--weight {criterion}=80"))
    return criterion, weight


def closed_gates(answers: Mapping[str, str], gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """The gates closed by the answers."""
    return tuple(gate for gate in gates if all(answers.get(key) == value for key, value in gate.when.items()))


def left_by(gates: Iterable[Gate], patterns: Iterable[str]) -> tuple[str, ...]:
    """The patterns that pass all gates."""
    removed = {id for gate in gates for id in gate.removes}
    return tuple(id for id in patterns if id not in removed)
