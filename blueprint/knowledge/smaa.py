"""Stochastic multicriteria acceptability analysis: how often an option ranks first if all numbers vary.

Each weight and score has a stream of random numbers of its own, which its name alone decides. So no option
changes what another draws, and the page in a browser draws the same numbers.

Errors of scores are either independent, or correlated: then an option has one stream for all criteria, as
if it were overrated or underrated as a whole. Independent errors cancel out in a sum, correlated ones do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import gt
from random import Random
from zlib import crc32

from msgspec import Struct

from blueprint.knowledge.model import Interval

DRAWS = 10_000

Scores = Mapping[str, Mapping[str, Interval]]
"""By option, then by criterion."""


class Acceptability(Struct, frozen=True):
    """Shares of draws, from 0 to 1: `ranks` of an option from the first, `wins` of one over another."""

    ranks: Mapping[str, tuple[float, ...]]
    wins: Mapping[tuple[str, str], float]

    def first(self, option: str) -> float:
        return self.ranks[option][0]


@lru_cache(maxsize=64)
def stream(name: str, draws: int = DRAWS) -> tuple[float, ...]:
    """Uniform numbers from 0 to 1, deterministic for a name."""
    # Statistics, not secrets.
    uniform = Random(crc32(name.encode())).random  # noqa: S311
    return tuple([uniform() for _ in range(draws)])


def acceptability(
    weights: Mapping[str, Interval], scores: Scores, draws: int = DRAWS, *, correlated: bool = False
) -> Acceptability:
    """Draw weights and scores from their intervals, and count the ranks."""
    columns = {
        criterion: _spread(range, stream(f"weight/{criterion}", draws))
        for criterion, range in weights.items()
    }
    values = {
        option: _values(option, columns, of_option, draws, correlated) for option, of_option in scores.items()
    }
    return Acceptability(_ranks(values, draws), _wins(values, draws))


def _spread(range: Interval, uniform: Sequence[float]) -> list[float]:
    low, width = range.low, range.high - range.low
    return [low + width * each for each in uniform]


def _values(
    option: str,
    weights: Mapping[str, list[float]],
    scores: Mapping[str, Interval],
    draws: int,
    correlated: bool,
) -> list[float]:
    """The weighted sum of an option in each draw; not divided by the weights, which are the same for all."""
    totals = [0.0] * draws
    for criterion, column in weights.items():
        low, width = scores[criterion].low, scores[criterion].high - scores[criterion].low
        uniform = stream(f"score/{option}" if correlated else f"score/{criterion}/{option}", draws)
        totals = [
            total + weight * (low + width * each)
            for total, weight, each in zip(totals, column, uniform, strict=True)
        ]
    return totals


def _ranks(values: Mapping[str, list[float]], draws: int) -> Mapping[str, tuple[float, ...]]:
    counts = {option: [0] * len(values) for option in values}
    options = tuple(values)
    for row in zip(*values.values(), strict=True):
        for rank, index in enumerate(sorted(range(len(row)), key=row.__getitem__, reverse=True)):
            counts[options[index]][rank] += 1
    return {option: tuple(count / draws for count in of_option) for option, of_option in counts.items()}


def _wins(values: Mapping[str, list[float]], draws: int) -> Mapping[tuple[str, str], float]:
    return {
        (one, other): sum(map(gt, values[one], values[other])) / draws
        for one in values
        for other in values
        if one != other
    }
