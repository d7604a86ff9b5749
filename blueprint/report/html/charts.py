"""Charts of HTML elements; the style sheet defines their colours."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.cost import Bill, Line
from blueprint.knowledge.model import Criterion, Interval
from blueprint.knowledge.verdict import Tipping
from blueprint.report.comparing.wording import claimed, dollar_range, dollars, frequency, percent, span
from blueprint.report.html.elements import anchor, tag

_ROMAN = ("first", "second", "third", "fourth", "fifth")


def shares(comparison: Comparison) -> str:
    """The share of each pattern at each rank."""
    left = comparison.left
    removed = [id for id in comparison.patterns if id not in left.values]
    rows = [_share_row(id, comparison, left.acceptability.ranks[id]) for id in left.by_share]
    rows += [_share_row(id, comparison, ()) for id in removed]
    return tag(
        "div", "".join(rows), class_="shares", id="shares", data_refs="smaa our-draws our-error-models"
    )


def _share_row(pattern: str, comparison: Comparison, ranks: Sequence[float]) -> str:
    """The shares of a pattern, or, without ranks, the gates that rule it out."""
    shares = [*ranks, *[0.0] * (len(comparison.patterns) - len(ranks))]
    segments = "".join(
        tag(
            "i",
            "",
            class_=f"rank rank-{index}",
            style=f"width:{share * 100:.2f}%",
            title=f"{_ROMAN[index]}: {frequency(share)}",
        )
        for index, share in enumerate(shares)
    )
    name = tag("span", escape(comparison.base.patterns[pattern].title), class_="name")
    figure = tag("span", _figure(pattern, comparison) if ranks else "", class_="share")
    gates = ", ".join(gate.id for gate in comparison.removed_by(pattern))
    why = tag("span", escape(f"ruled out: {gates}") if gates else "", class_="why")
    content = name + tag("span", segments, class_="track") + figure + why
    removed = "" if ranks else " removed"
    return tag("div", content, class_=f"row {pattern}{removed}", data_pattern=pattern)


def _figure(pattern: str, comparison: Comparison) -> str:
    """First ranks under independent and correlated errors: `89 % · 62 %`."""
    left = comparison.left
    if len(left.order) == 1:
        return "the only one left"
    shares = left.acceptability.first(pattern), left.correlated.first(pattern)
    return " · ".join(map(frequency, shares))


def scores(comparison: Comparison) -> str:
    """The score interval of each pattern on each criterion, on a common scale; a click shows its evidence."""
    rows = "".join(
        tag(
            "details",
            tag(
                "summary",
                tag("span", escape(criterion.title), class_="name")
                + tag("span", _lanes(id, comparison), class_="lanes"),
                class_="row",
            )
            + "".join(_evidence(pattern, criterion, comparison) for pattern in comparison.patterns),
        )
        for id, criterion in comparison.base.criteria.items()
    )
    axis = tag("span", "", class_="name") + tag(
        "span", "".join(tag("b", str(tick)) for tick in (0, 5, 10)), class_="axis"
    )
    hint = tag("p", "Click a criterion for the evidence of its scores.", class_="hint")
    chart = tag("div", rows + tag("div", axis, class_="row"), class_="scores", data_refs="our-scale")
    return hint + chart + legend(comparison)


def _evidence(pattern: str, criterion: Criterion, comparison: Comparison) -> str:
    """The claims for and against the score of a pattern, each with a link to its source."""
    score = criterion.scores[pattern]
    title = f"{comparison.base.patterns[pattern].title}, {span(score.range)}"
    items = "".join(
        tag(
            "li",
            f"{sign} {escape(claimed(comparison.base.claims[ref]).text)} "
            + tag("a", escape(ref), href=f"#{anchor(ref)}"),
            data_refs=ref,
        )
        for sign, refs in (("+", score.pro), ("−", score.con))
        for ref in refs
    )
    return tag("div", tag("b", escape(title)) + tag("ul", items), class_="evidence")


def _lanes(criterion: str, comparison: Comparison) -> str:
    ranges = comparison.base.criteria[criterion].scores
    return "".join(_lane(pattern, ranges[pattern].range, comparison) for pattern in comparison.patterns)


def _lane(pattern: str, range: Interval, comparison: Comparison) -> str:
    left, width = range.low * 10, (range.high - range.low) * 10
    title = f"{comparison.base.patterns[pattern].title}: {span(range)}"
    return tag(
        "i", "", class_=f"lane {pattern}", style=f"margin-left:{left:g}%;width:{width:g}%", title=title
    )


def legend(comparison: Comparison) -> str:
    entries = (
        tag("span", escape(comparison.base.patterns[id].title), class_=f"key {id}")
        for id in comparison.patterns
    )
    return tag("p", "".join(entries), class_="legend")


def bills(comparison: Comparison) -> str:
    """The parts of each monthly bill as stacked bars, on one scale."""
    most = max(bill.total.expected for bill in comparison.bills)
    rows = "".join(_bill_row(bill, most, comparison) for bill in comparison.bills)
    parts = dict.fromkeys(_part(line) for bill in comparison.bills for line in bill.lines)
    keys = "".join(tag("span", escape(part), class_=f"key part-{part}") for part in parts)
    caption = tag("p", "Expected cost per month in US dollars, by what it is for.", class_="hint")
    chart = tag("div", rows, class_="bills", data_refs="prices assumptions our-month")
    return caption + chart + tag("p", keys, class_="legend")


def _bill_row(bill: Bill, most: float, comparison: Comparison) -> str:
    segments = "".join(
        tag(
            "i",
            "",
            class_=f"part part-{_part(line)}",
            style=f"width:{line.total.expected / most * 100:.2f}%",
            title=f"{line.what}: {dollars(line.total.expected)}",
        )
        for line in bill.lines
    )
    name = tag("span", escape(comparison.base.patterns[bill.pattern].title), class_="name")
    figure = tag("span", dollar_range(bill.total), class_="note")
    return tag("div", name + tag("span", segments, class_="track") + figure, class_="row")


def _part(line: Line) -> str:
    """`broker` of `broker (sqs)`."""
    return line.what.partition(" ")[0]


def tipping(comparison: Comparison) -> str:
    """For each criterion its current share of all weight, and where lead changes."""
    ranking = comparison.left if len(comparison.left.order) > 1 else comparison.all
    rows = "".join(_tipping_row(each, comparison) for each in ranking.tipping)
    return tag("div", rows, class_="tipping", id="tipping", data_refs="tipping swing-weights")


def _tipping_row(each: Tipping, comparison: Comparison) -> str:
    name = tag("span", escape(comparison.base.criteria[each.criterion].title), class_="name")
    marks = tag("i", "", class_="now", style=f"left:{each.now * 100:.1f}%", title=f"now {percent(each.now)}")
    if each.at is not None and each.leader:
        leader = comparison.base.patterns[each.leader].title
        title = f"{leader} from {percent(each.at)}"
        marks += tag("i", "", class_=f"at {each.leader}", style=f"left:{each.at * 100:.1f}%", title=title)
        note = f"{percent(each.now)} → {percent(each.at)} {leader}"
    else:
        note = f"{percent(each.now)}, no weight changes it"
    track = tag("span", marks, class_="track")
    return tag(
        "div",
        name + track + tag("span", escape(note), class_="note"),
        class_="row",
        data_criterion=each.criterion,
    )
