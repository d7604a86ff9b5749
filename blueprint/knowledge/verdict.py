"""Convert shares to verdicts, and find the weights at which they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from blueprint.knowledge.model import Interval
from blueprint.knowledge.smaa import Acceptability, Scores

Band = Literal["clear", "leaning", "no clear winner", "the only one left", "none fits"]

CLEAR = 0.8
LEANING = 0.6
"""Lowest shares of first ranks for each verdict, fixed before any calculation."""


class Tipping(Struct, frozen=True):
    """Where the leader changes, if only the weight of one criterion does.

    `now` and `at` are shares of all weight, from 0 to 1; without `at` and `leader` no weight changes it.
    """

    criterion: str
    now: float
    at: float | None = None
    leader: str | None = None


class Ranking(Struct, frozen=True):
    """The ranking of the options, best first by their `values` (0 to 10) at the middle of all intervals.

    `acceptability` is under independent errors of the scores, `correlated` under errors that are the same
    for all criteria of an option. There are no options if gates rule out all of them.
    """

    order: tuple[str, ...]
    values: Mapping[str, float]
    acceptability: Acceptability
    correlated: Acceptability
    band: Band
    tipping: tuple[Tipping, ...]

    @property
    def winner(self) -> str | None:
        """The option that everything in a report recommends, or None if it is undecided."""
        return self.order[0] if self.band in ("clear", "leaning", "the only one left") else None

    @property
    def by_share(self) -> tuple[str, ...]:
        """The options by how often they come first under both kinds of errors; a winner is the first."""
        return tuple(sorted(self.order, key=self._mean_share, reverse=True))

    @property
    def contenders(self) -> tuple[str, ...]:
        """The winner, or the fewest options that together come first in 80 % of the draws."""
        if self.winner:
            return (self.winner,)
        found: list[str] = []
        for option in self.by_share:
            if sum(map(self._mean_share, found)) < CLEAR:
                found.append(option)
        return tuple(found)

    def smaller_share(self, option: str) -> float:
        """How often the option comes first, under the kind of errors where that is less often."""
        return min(self.acceptability.first(option), self.correlated.first(option))

    def _mean_share(self, option: str) -> float:
        return (self.acceptability.first(option) + self.correlated.first(option)) / 2


def ranking(
    weights: Mapping[str, Interval],
    scores: Scores,
    acceptability: Acceptability,
    correlated: Acceptability | None = None,
) -> Ranking:
    """Put the options in order. Without `correlated`, the shares are the same under both kinds of errors.

    An option's value depends on no other option, so neither does the order of two of them.
    """
    together = correlated or acceptability
    shares = _shares(weights)
    values = {
        option: _value(shares, {id: range.middle for id, range in of_option.items()})
        for option, of_option in scores.items()
    }
    order = tuple(sorted(values, key=lambda option: (-values[option], option)))
    tipping = tuple(_tipping(criterion, shares, scores, order) for criterion in weights) if order else ()
    return Ranking(order, values, acceptability, together, _band(order, acceptability, together), tipping)


def _band(order: tuple[str, ...], acceptability: Acceptability, correlated: Acceptability) -> Band:
    """The band of the smaller share of the option with the best value."""
    if not order:
        return "none fits"
    if len(order) == 1:
        return "the only one left"
    share = min(acceptability.first(order[0]), correlated.first(order[0]))
    if share >= CLEAR:
        return "clear"
    return "leaning" if share >= LEANING else "no clear winner"


def _shares(weights: Mapping[str, Interval]) -> Mapping[str, float]:
    total = 0.0
    for range in weights.values():
        total += range.middle
    return {criterion: range.middle / total for criterion, range in weights.items()}


def _value(shares: Mapping[str, float], scores: Mapping[str, float]) -> float:
    value = 0.0
    for criterion, share in shares.items():
        value += share * scores[criterion]
    return value


def _tipping(criterion: str, shares: Mapping[str, float], scores: Scores, order: tuple[str, ...]) -> Tipping:
    now = shares[criterion]
    found = sorted(_crossings(criterion, shares, scores, order), key=lambda each: abs(each[0] - now))
    return Tipping(criterion, now, *found[0]) if found else Tipping(criterion, now)


def _crossings(
    criterion: str, shares: Mapping[str, float], scores: Scores, order: tuple[str, ...]
) -> Iterator[tuple[float, str]]:
    """Shares of the criterion at which another option draws level, with the other weights in proportion."""
    now = shares[criterion]
    if now == 1:
        return
    leader = scores[order[0]]
    for other in order[1:]:
        ahead = {id: leader[id].middle - scores[other][id].middle for id in shares}
        rest = (_value(shares, ahead) - now * ahead[criterion]) / (1 - now)
        if rest != ahead[criterion]:
            at = rest / (rest - ahead[criterion])
            if 0 <= at <= 1:
                yield at, other


def nearest_tipping(ranking: Ranking) -> Tipping | None:
    """The criterion whose weight has to change least for another lead; None if no weight changes it."""
    found = [(abs(each.at - each.now), each) for each in ranking.tipping if each.at is not None]
    return min(found, key=lambda pair: pair[0])[1] if found else None
