"""Costs and resources: the monthly bill, its curve over load, the estimated scale, and all assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.cost import LEFT_OUT, Bill
from blueprint.knowledge.model import Assumption, Price, PriceBook
from blueprint.knowledge.prices import OLD_AFTER_DAYS, age_in_days
from blueprint.knowledge.sizing import BOUNDS
from blueprint.report.comparing.wording import (
    available,
    claimed,
    count_range,
    dollar_range,
    dollars,
    percent,
    plain,
)
from blueprint.report.document import Block, Bullets, Grid, Paragraph, Row, Section, Sentence

_BOUGHT = tuple(
    f"assume:{id}" for id in ("instance_availability", "zone_availability", "database_availability")
)
_LOGS = ("price:logs_gb", "price:logs_stored_gb_month", "assume:log_bytes_per_request")
_BOOK = ("prices", "assumptions", "our-month")


def costs(comparison: Comparison, today: date) -> Section:
    """The monthly cost of each pattern under the given load."""
    book, load = comparison.request.prices, comparison.request.needs.load
    rows = tuple(_bill_row(bill, comparison) for bill in comparison.bills)
    intro = Sentence(
        f"At {plain(load.requests_per_second)} requests per second, {plain(load.peak_factor)} times that at "
        f"the peak, with {plain(load.services)} services and {plain(load.availability)} % availability, in "
        "US dollars per month: expected (low to high).",
        (
            "needs:load.requests_per_second",
            "needs:load.peak_factor",
            "needs:load.services",
            "needs:load.availability",
        ),
    )
    header = ("pattern", "without load", "the load adds", "together")
    blocks: tuple[Block, ...] = (
        Paragraph(intro),
        Grid(header, rows, (1, 2, 3)),
        *(Paragraph(each) for each in _limits(comparison.bills, comparison)),
        Paragraph(_of_logs(comparison.bills, comparison)),
        Paragraph(_dated(book, today)),
        Paragraph(Sentence(f"Not included: {'; '.join(LEFT_OUT)}.")),
    )
    return Section("cost", "Cost", blocks)


def _limits(bills: Sequence[Bill], comparison: Comparison) -> Iterator[Sentence]:
    """What these sizes cannot do: be covered by a transaction, or reach the demanded availability."""
    base, needs = comparison.base, comparison.request.needs
    for bill in bills:
        title, size = base.patterns[bill.pattern].title, bill.sizes["expected"]
        if bill.is_split:
            whole = needs.answers.get("consistency") == "never"
            text = (
                f"{title}: the data of a process takes {size.shards:,} databases of the largest size, and no "
                "transaction covers them."
            )
            if whole and bill.pattern == "monolith":
                text = (
                    f"{title}: not feasible. The data of a process takes {size.shards:,} databases of the "
                    "largest size, and no transaction covers what must never be seen half done. Lower "
                    "the rate, or keep only that part together."
                )
            refs = ("assume:largest_database", "assume:queries_per_database")
            yield Sentence(text, (*refs, *(("needs:answers.consistency",) if whole else ())), computed=True)
        if size.reached < needs.load.availability:
            yield Sentence(
                f"{title}: reaches only {available(size.reached)} % availability, not "
                f"{plain(needs.load.availability)} %. Allow more instances, or demand less.",
                ("needs:load.availability", *_BOUGHT),
                computed=True,
            )


def _of_logs(bills: Sequence[Bill], comparison: Comparison) -> Sentence:
    parts = [
        f"{comparison.base.patterns[bill.pattern].title} "
        f"{percent(bill.logs.expected / bill.total.expected)}, "
        f"{dollars(bill.total.expected - bill.logs.expected)} without them"
        for bill in bills
    ]
    logged = comparison.request.needs.load.logged_share
    return Sentence(
        f"Logs are a part of that: {'; '.join(parts)}. That is with {percent(logged)} of the requests "
        "logged; logged_share in needs.yaml changes it.",
        ("needs:load.logged_share", *_LOGS),
        computed=True,
    )


def availability(comparison: Comparison) -> Section:
    """What is bought for the demanded availability, and what it reaches."""
    rows = tuple(_availability_row(bill, comparison) for bill in comparison.bills)
    header = ("pattern", "in series", "each needs", "instances each", "zones", "database copies", "reached")
    wanted = plain(comparison.request.needs.load.availability)
    note = Sentence(
        f"To be available for {wanted} % of the time, everything that a request needs in series has to be "
        "available for longer. Instances are spread over zones, and databases copied to other zones. "
        "Failures are taken as independent. The balancer, the region, releases and mistakes are not "
        "included.",
        ("needs:load.availability", *_BOUGHT),
    )
    grid = Grid(header, rows, tuple(range(1, len(header))))
    return Section("availability", "Availability that is paid for", (grid, Paragraph(note)), brief=False)


def _availability_row(bill: Bill, comparison: Comparison) -> Row:
    size = bill.sizes["expected"]
    cells = (
        comparison.base.patterns[bill.pattern].title,
        plain(size.in_series),
        f"{available(size.each_needs, up=True)} %",
        f"{size.instances // size.processes:,}",
        str(size.zones),
        str(size.copies),
        f"{available(size.reached)} %",
    )
    return Row(cells, ("needs:load.availability", *_BOUGHT), computed=True)


def _dated(book: PriceBook, today: date) -> Sentence:
    text = f"List prices of {book.region}, read until {book.priced_on}."
    age = age_in_days(book, today)
    if age <= OLD_AFTER_DAYS:
        return Sentence(text, ("price:priced_on",))
    warning = f" They are {age} days old. Pass newer ones with --prices."
    return Sentence(text + warning, ("price:priced_on", "our-price-age"), computed=True)


def _bill_row(bill: Bill, comparison: Comparison) -> Row:
    title = comparison.base.patterns[bill.pattern].title
    cells = (title, dollar_range(bill.floor), dollar_range(bill.marginal), dollar_range(bill.total))
    return Row(cells, _BOOK, computed=True)


def bill_details(comparison: Comparison) -> Section:
    """The parts of each bill."""
    book = comparison.request.prices
    rows = tuple(
        Row(
            (
                comparison.base.patterns[bill.pattern].title,
                line.what,
                *map(dollar_range, (line.floor, line.total)),
            ),
            tuple(f"{'price' if ref in book.prices else 'assume'}:{ref}" for ref in line.refs),
            computed=True,
        )
        for bill in comparison.bills
        for line in bill.lines
    )
    grid = Grid(("pattern", "part", "without load", "together"), rows, (2, 3))
    return Section("bills", "Cost breakdown", (grid,), brief=False)


def cost_curve(comparison: Comparison) -> Section:
    """The expected monthly cost at several loads."""
    titles = [comparison.base.patterns[id].title for id in comparison.patterns]
    points = zip(*(comparison.curves[id] for id in comparison.patterns), strict=True)
    rows = tuple(
        Row(
            (f"{rates[0][0]:,.0f}", *(dollars(cost.expected) for _, cost in rates)),
            _BOOK,
            computed=True,
        )
        for rates in points
    )
    grid = Grid(("requests a second", *titles), rows, tuple(range(len(titles) + 1)))
    note = Sentence(
        "Expected cost per month in US dollars, with all other needs unchanged. An estimate, without caches."
    )
    return Section("curve", "Cost over load", (grid, Paragraph(note)), brief=False)


def scale(comparison: Comparison) -> Section | None:
    """The estimated resources for a given rate."""
    rate = comparison.request.rate
    if rate is None:
        return None
    factor = comparison.request.needs.load.peak_factor
    rows = tuple(_scale_row(bill, comparison) for bill in comparison.scale)
    intro = Sentence(
        f"The resources for {plain(rate)} requests per second on average, {plain(factor)} times that at the "
        "peak, estimated from the assumed capacity per core. This was not measured; change the assumptions "
        "with --prices.",
        ("needs:rate", "needs:load.peak_factor"),
    )
    header = ("pattern", "instances", "databases", "partitions", "a month")
    base = comparison.base
    seen = Bullets(
        tuple(claimed(base.claims[id]) for id in ("shopify-peak", "zuul-gateway", "keystone-events"))
    )
    production = Paragraph(Sentence("Similar rates in production, on specific hardware:"))
    grid = Grid(header, rows, (1, 2, 3, 4))
    notes = (*_limits(comparison.scale, comparison), _of_logs(comparison.scale, comparison))
    said = tuple(Paragraph(note) for note in notes)
    return Section("scale", "Estimated scale", (Paragraph(intro), grid, *said, production, seen))


def _scale_row(bill: Bill, comparison: Comparison) -> Row:
    sizes = [bill.sizes[bound] for bound in BOUNDS]
    partitions = count_range(size.partitions for size in sizes)
    cells = (
        comparison.base.patterns[bill.pattern].title,
        count_range(size.instances for size in sizes),
        count_range(size.databases * size.copies for size in sizes),
        partitions if bill.pattern == "event-driven" else "none",
        dollar_range(bill.total),
    )
    return Row(cells, ("needs:rate", *_BOOK), computed=True)


def assumptions(comparison: Comparison) -> Section:
    """Every number that the costs are calculated from."""
    book = comparison.request.prices
    prices = tuple(price_row(id, price) for id, price in book.prices.items())
    assumed = tuple(assumption_row(id, each) for id, each in book.assumptions.items())
    blocks = (
        Grid(("price", "value", "unit", "claim"), prices, (1,)),
        Grid(("assumption", "low", "likely", "high", "what"), assumed, (1, 2, 3)),
    )
    return Section("assumptions", "Prices and assumptions", blocks, brief=False)


def price_row(id: str, price: Price) -> Row:
    """A price in a table."""
    refs = (f"price:{id}", *((price.claim,) if price.claim else ()))
    return Row((id, f"{price.value:g}", price.unit, price.claim or ""), refs)


def assumption_row(id: str, assumption: Assumption) -> Row:
    """An assumption in a table."""
    value = assumption.value
    numbers = (plain(number) for number in (value.low, value.expected, value.high))
    return Row((id, *numbers, assumption.about), (f"assume:{id}", *assumption.claims))
