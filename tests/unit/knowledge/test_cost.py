"""The bill follows from the price book alone, and agrees with what was calculated elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from blueprint.knowledge.cost import CURVE, Bill, bill, curve
from blueprint.knowledge.model import Assumption, Estimate, PriceBook
from blueprint.knowledge.needs import Broker, Load
from blueprint.knowledge.prices import own_prices
from blueprint.knowledge.sizing import Bound, Case, Size, least_instances, size
from tests.support.comparisons import base, comparison

PATTERNS = ("monolith", "microservices", "event-driven")
A_MONTH = 730 * 3600

every_pattern = pytest.mark.parametrize("pattern", PATTERNS)


def billed(pattern: str, load: Load | None = None, book: PriceBook | None = None) -> Bill:
    return bill(pattern, load or Load(), book or own_prices())


def with_assumption(id: str, value: float) -> PriceBook:
    book = own_prices()
    exactly = Assumption(Estimate(value, value, value), "")
    return replace(book, assumptions={**book.assumptions, id: exactly})


def broker_charge(broker: Broker, messages_a_month: float, requests_per_message: float) -> float:
    load = Load(messages_per_second=messages_a_month / A_MONTH, broker=broker, events=6)
    assumed = {
        "sqs_requests_per_message": requests_per_message,
        "sns_messages_per_publish": 3 / requests_per_message,
        "sns_payload_gb": 0,
    }
    changed = {id: Assumption(Estimate(value, value, value), "") for id, value in assumed.items()}
    book = replace(own_prices(), assumptions={**own_prices().assumptions, **changed})
    return next(
        line for line in billed("event-driven", load, book).lines if "broker" in line.what
    ).total.expected


def without_network(pattern: str, services: int, bound: Bound, availability: float) -> float:
    """The floor of the parts that the study priced: one copy of each database, no addresses and no NAT."""
    found = billed(pattern, Load(services=services, instances=2, availability=availability))
    return sum(getattr(line.floor, bound) for line in found.lines if line.what != "network")


@pytest.mark.parametrize(
    ("pattern", "services", "dollars"),
    [("monolith", 5, 99.8), ("microservices", 5, 114.2), ("event-driven", 3, 85.3)],
)
def test_the_smallest_floors_are_those_of_the_study(pattern: str, services: int, dollars: float) -> None:
    assert without_network(pattern, services, "low", 99) == pytest.approx(dollars, abs=0.1)


def test_a_database_for_each_service_costs_what_the_study_says() -> None:
    assert without_network("microservices", 5, "expected", 95) == pytest.approx(216.8, abs=0.1)


A_GB = 1e9
SMALL_DATABASE = 0.032 * 730 + 20 * 0.115

BY_HAND = {
    # 300 requests a second at the peak take 300 / 500 / 0.5 = 1.2 vCPU; 99.9 % takes 99.95 % of instances and
    # database each, so two of both, in two zones.
    ("monolith", Load(100)): {
        "instances": 2 * (1 * 0.03238 + 2 * 0.00356) * 730,
        "databases": 1 * 2 * SMALL_DATABASE,
        # 262.8 GB in and 525.6 GB out are 1.08 GB an hour, which is more than 100 requests a second / 100.
        "balancer": (0.0225 + 1.08 * 0.008) * 730,
        # Two gateways with an address each, two addresses of the balancer, and half of 131.4 GB of logs.
        "network": (2 * 0.045 + 4 * 0.005) * 730 + 131.4 * 0.5 * 0.045,
        "traffic": (525.6 - 100) * 0.09,
        "logs": 131.4 * (0.50 + 1 * 0.03),
    },
    # A request passes two services and two databases, so 99.99 % takes 99.9975 % of each: three of each.
    # 3000 * 1.6 / 500 / 0.5 = 19.2 vCPU are 4.8 for each service, or 20 instances of 0.25.
    ("microservices", Load(1000, services=4, availability=99.99)): {
        "instances": 4 * 20 * (0.25 * 0.03238 + 0.5 * 0.00356) * 730,
        "databases": 4 * 3 * SMALL_DATABASE,
        "balancer": (0.0225 + 10.8 * 0.008) * 730,
        "network": (3 * 0.045 + 6 * 0.005) * 730 + 2628 * 0.5 * 0.045,
        # 2628 GB in and 5256 GB out pass once more between services, half of that between zones.
        "traffic": (5256 - 100) * 0.09 + (2628 + 5256) * 0.5 * 2 * 0.01,
        # 1000 requests a second through 2 processes with 500 bytes each.
        "logs": 2628 * (0.50 + 1 * 0.03),
    },
    # 600 * 1.7 / 500 / 0.5 = 4.08 vCPU are 1.36 for each service, or 6 instances of 0.25, in three zones.
    # 99 % takes 99.4987 % of each; one copy of a database has 99.5 % * 99.95 % = 99.45 %, so two.
    # Half of 200 requests a second publish a message: 262.8 million a month, or 262.8 GB, for one follower.
    ("event-driven", Load(200, services=3, events=3, availability=99, logged_share=0.1)): {
        "instances": 3 * 6 * (0.25 * 0.03238 + 0.5 * 0.00356) * 730,
        "databases": 3 * 2 * SMALL_DATABASE,
        "balancer": (0.0225 + 2.16 * 0.008) * 730,
        # Half of 39.42 GB of logs, and of 262.8 GB that are published and received.
        "network": (3 * 0.045 + 6 * 0.005) * 730 + (39.42 + 2 * 262.8) * 0.5 * 0.045,
        "traffic": (1051.2 - 100) * 0.09 + 262.8 * 0.5 * 2 * 0.01,
        # A tenth of 200 requests and 100 messages a second with 500 bytes each.
        "logs": 39.42 * (0.50 + 1 * 0.03),
        "broker (sqs)": (262.8 * 1.2 - 1) * 0.50 + 262.8 / 3 * 0.30 + 262.8 * 0.02,
    },
}


@pytest.mark.parametrize(("pattern", "load"), BY_HAND, ids=[pattern for pattern, _ in BY_HAND])
def test_a_bill_is_what_comes_out_by_hand(pattern: str, load: Load) -> None:
    found = {line.what: line.total.expected for line in billed(pattern, load).lines}
    assert found == {what: pytest.approx(dollars) for what, dollars in BY_HAND[pattern, load].items()}


@every_pattern
def test_more_availability_costs_more(pattern: str) -> None:
    costs = [billed(pattern, Load(availability=each)).total.expected for each in (95, 99, 99.9, 99.999)]
    assert costs[0] < costs[1] <= costs[2] < costs[3]


@pytest.mark.parametrize(("hops", "in_series", "each"), [(1, 2, 99.95), (3, 6, 99.98333)])
def test_what_is_in_series_multiplies(hops: float, in_series: float, each: float) -> None:
    needed = size("microservices", Load(), Case(with_assumption("hops", hops), "expected"))
    assert needed.in_series == in_series
    assert needed.each_needs == pytest.approx(each, abs=1e-4)
    assert needed.reached >= 99.9


def test_one_database_grows_to_its_limit_and_is_then_split() -> None:
    case = Case(own_prices(), "expected")
    whole, split = (size("monolith", Load(each, peak_factor=1), case) for each in (72_000, 72_001))
    assert (whole.databases, whole.database_size, whole.shards) == (1, 48, 1)
    assert (split.databases, split.database_size, split.shards) == (2, 25, 2)
    assert billed("monolith", Load(72_001, peak_factor=1)).is_split
    assert not billed("monolith", Load(72_000, peak_factor=1)).is_split


def test_large_traffic_is_paid_in_tiers() -> None:
    # 262,900 GB a month, of which 100 are free.
    load = Load(requests_per_second=262_900e9 / A_MONTH / 2000)
    tiers = 10_000 * 0.09 + 40_000 * 0.085 + 100_000 * 0.07 + 112_800 * 0.05
    assert line_of("monolith", "traffic", load) == pytest.approx(tiers)


def test_logs_cost_by_class_time_and_share() -> None:
    load = Load(1000, logged_share=0.25)
    gb = 1000 * 0.25 * 500 * A_MONTH / A_GB
    found = line_of("monolith", "logs", load, infrequent_share=0.6, months_of_logs=2)
    assert found == pytest.approx(gb * (0.4 * 0.50 + 0.6 * 0.25 + 2 * 0.03))
    assert line_of("monolith", "logs", replace(load, logged_share=0)) == 0


def test_the_brokers_cost_what_their_claim_says() -> None:
    claim = base().claims["broker-month"]
    millions, _, unbatched, _, batched, pubsub, confluent, msk = claim.values
    messages = millions * 1e6
    assert broker_charge("sqs", messages, 3) == pytest.approx(unbatched, abs=0.01)
    assert broker_charge("sqs", messages, 0.3) == pytest.approx(batched, abs=0.01)
    assert broker_charge("pubsub", messages, 1) == pytest.approx(pubsub, abs=0.01)
    assert broker_charge("confluent-basic", messages, 1) == pytest.approx(confluent, abs=0.01)
    assert broker_charge("msk-serverless", messages, 1) == pytest.approx(msk, abs=0.01)


def test_only_event_driven_systems_pay_a_broker() -> None:
    assert {
        pattern for pattern in PATTERNS if any("broker" in line.what for line in billed(pattern).lines)
    } == {"event-driven"}


@every_pattern
@given(rate=st.floats(0.01, 1e7), factor=st.floats(1, 100))
def test_low_is_not_above_likely_nor_likely_above_high(pattern: str, rate: float, factor: float) -> None:
    total = billed(pattern, Load(requests_per_second=rate, peak_factor=factor)).total
    assert 0 < total.low <= total.expected <= total.high


@every_pattern
@given(rate=st.floats(0.01, 1e6), more=st.floats(1, 100))
def test_more_load_never_costs_less(pattern: str, rate: float, more: float) -> None:
    one, other = (billed(pattern, Load(requests_per_second=each)) for each in (rate, rate * more))
    assert other.total.expected >= one.total.expected


@every_pattern
def test_without_load_only_the_floor_is_left(pattern: str) -> None:
    idle = billed(pattern, Load(requests_per_second=0.001, messages_per_second=0))
    assert idle.marginal.expected == pytest.approx(0, abs=0.01)


BROKERS: tuple[Broker, ...] = ("sqs", "pubsub", "confluent-basic", "msk-serverless")
# Between them everything counts once: what is free, what is at least one, and what grows.
LOADS = tuple(
    Load(rate, availability=99.99, payload_bytes=payload, response_bytes=9000, broker=broker)
    for rate, payload in ((0.01, 5000), (500, 5000), (50_000, 5000), (50_000, 5))
    for broker in BROKERS
) + tuple(Load(0.01, availability=each) for each in (95, 99.5, 99.8, 99.96, 99.999))


def changed(book: PriceBook, id: str, factor: float) -> PriceBook:
    """The book with another price, or another assumption; a yes becomes a no."""
    if id in book.prices:
        price = book.prices[id]
        return replace(book, prices={**book.prices, id: replace(price, value=price.value * factor)})
    old = book.assumptions[id].value
    bounds = (old.low, old.expected, old.high)
    new = Estimate(*(1 - each if id == "databases_shared" else each * factor for each in bounds))
    return replace(book, assumptions={**book.assumptions, id: Assumption(new, "")})


@every_pattern
def test_a_line_names_exactly_what_it_is_calculated_from(pattern: str) -> None:
    book = own_prices()
    before = [billed(pattern, load).lines for load in LOADS]
    named = {(line.what, ref) for lines in before for line in lines for ref in line.refs}
    moved = {
        (line.what, id)
        for id in book.prices.keys() | book.assumptions.keys()
        for factor in (0.6, 1.7)
        for lines, load in zip(before, LOADS, strict=True)
        for line, now in zip(lines, billed(pattern, load, changed(book, id, factor)).lines, strict=True)
        if now != line
    }

    assert named == moved


def test_every_price_is_used_by_some_bill() -> None:
    used = {
        ref for pattern in PATTERNS for each in BROKERS for line in billed(pattern, Load(broker=each)).lines
        for ref in line.refs
    }  # fmt: skip
    book = own_prices()
    assert used == book.prices.keys() | book.assumptions.keys()


@pytest.mark.parametrize(
    ("availability", "instances"),
    [(50, 1), (98, 1), (99, 2), (99.98, 2), (99.99, 3), (99.9998, 3), (99.9999, 4)],
)
def test_availability_takes_instances(availability: float, instances: int) -> None:
    case = Case(own_prices(), "expected")
    assert least_instances(Load(), availability / 100, case) == instances


def test_a_stated_number_of_instances_counts() -> None:
    needed = size("monolith", Load(requests_per_second=1, instances=7), Case(own_prices(), "expected"))
    assert needed.instances == 7


@every_pattern
def test_the_curve_rises_over_all_its_loads(pattern: str) -> None:
    points = curve(pattern, Load(), own_prices())
    assert tuple(rate for rate, _ in points) == CURVE
    costs = [cost.expected for _, cost in points]
    assert costs == sorted(costs)


@pytest.mark.parametrize("messages", [0, 5, 80, 3000])
def test_in_the_curve_stated_messages_grow_with_the_requests(messages: float) -> None:
    load = Load(requests_per_second=40, messages_per_second=messages)

    points = curve("event-driven", load, own_prices())

    for rate, cost in points:
        at_rate = Load(requests_per_second=rate, messages_per_second=messages * rate / 40)
        assert cost == billed("event-driven", at_rate).total
    assert sizes_of(load)["expected"].messages == messages


@every_pattern
def test_a_curve_is_the_bill_at_each_of_its_rates(pattern: str) -> None:
    load = Load(requests_per_second=7, peak_factor=5, payload_bytes=70_000, response_bytes=90, services=3)

    points = curve(pattern, load, own_prices())

    assert points == tuple(
        (rate, billed(pattern, replace(load, requests_per_second=rate)).total) for rate in map(float, CURVE)
    )


def test_the_estimated_scale_is_the_point_of_the_curve() -> None:
    case = comparison("e-commerce-large", rate=10_000.0)
    for found in case.scale:
        assert found.total == dict(case.curves[found.pattern])[10_000.0]


def sizes_of(load: Load) -> Mapping[Bound, Size]:
    return billed("event-driven", load).sizes


def line_of(pattern: str, what: str, load: Load, **assumptions: float) -> float:
    """What a part of the bill is expected to cost."""
    book = own_prices()
    for id, value in assumptions.items():
        exactly = Assumption(Estimate(value, value, value), "")
        book = replace(book, assumptions={**book.assumptions, id: exactly})
    return next(line for line in billed(pattern, load, book).lines if what in line.what).total.expected


# 2628 GB come in a month and 5256 GB go out.
LARGE = Load(requests_per_second=1, payload_bytes=1_000_000, response_bytes=2_000_000)


@pytest.mark.parametrize(
    ("pattern", "what", "dollars"),
    [
        # 100 GB of what goes out are free.
        ("monolith", "traffic", 5156 * 0.09),
        # Each request passes a second process, half of the time in another zone, paid at both ends.
        ("microservices", "traffic", 5156 * 0.09 + 7884 * 0.5 * 0.02),
        # Two messages a second, each read by three.
        ("event-driven", "traffic", 5156 * 0.09 + 2 * 2628 * 3 * 0.5 * 0.02),
        # 7884 GB in 730 hours are 10.8 units of one GB an hour.
        ("monolith", "balancer", 730 * (0.0225 + 10.8 * 0.008)),
        # Two messages of 16 times 64 KB, each published, and asked for by three.
        (
            "event-driven",
            "broker",
            (2 * A_MONTH / 1e6 * 3 * 16 - 1) * 0.50 + 2 * A_MONTH / 1e6 * 16 * 0.30 + 2 * 2628 * 0.05,
        ),
    ],
)
def test_large_payloads_are_paid_for(pattern: str, what: str, dollars: float) -> None:
    found = line_of(
        pattern,
        what,
        LARGE,
        hops=2,
        cross_zone_share=0.5,
        messages_per_request=2,
        followers=3,
        sqs_requests_per_message=1,
        sns_messages_per_publish=1,
        sns_payload_gb=0.05,
    )

    assert found == pytest.approx(dollars)


@pytest.mark.parametrize(
    ("payload", "units"), [(1, 1), (1000, 1), (65_536, 1), (65_537, 2), (131_072, 2), (131_073, 3)]
)
def test_sqs_counts_every_64_kb_as_a_request(payload: int, units: int) -> None:
    load = Load(messages_per_second=10, payload_bytes=payload)

    assumed = {"sqs_requests_per_message": 1, "sns_messages_per_publish": 10, "sns_payload_gb": 0}
    found = line_of("event-driven", "broker", load, followers=2, **assumed)

    topic = A_MONTH / 1e6 * units * 0.30
    assert found == pytest.approx((10 * A_MONTH / 1e6 * 2 * units - 1) * 0.50 + topic)


@pytest.mark.parametrize(
    ("payload", "batch", "counted"),
    [
        (1, 1, 1000),
        (999, 1, 1000),
        (1000, 1, 1000),
        (1001, 1, 1001),
        (9000, 1, 9000),
        (1, 10, 100),
        (300, 10, 300),
    ],
)
def test_pubsub_counts_at_least_a_thousand_bytes_for_a_request(
    payload: int, batch: int, counted: int
) -> None:
    load = Load(messages_per_second=100, payload_bytes=payload, broker="pubsub")

    found = line_of("event-driven", "broker", load, followers=2, pubsub_messages_per_request=batch)

    assert found == pytest.approx((3 * 100 * A_MONTH * counted / 2**40 - 10 / 1024) * 40)


@pytest.mark.parametrize("payload", [1, 1000, 50_000])
def test_other_brokers_are_paid_by_the_byte(payload: int) -> None:
    load = Load(messages_per_second=100, payload_bytes=payload, events=7)
    gib = 100 * A_MONTH * payload / 2**30
    confluent, msk = (replace(load, broker=each) for each in ("confluent-basic", "msk-serverless"))

    assert line_of("event-driven", "broker", confluent, followers=2) == pytest.approx(gib * 3 * 0.05)
    assert line_of("event-driven", "broker", msk, followers=2, messages_per_partition=1000) == pytest.approx(
        730 * (0.75 + 7 * 0.0015) + gib * (0.10 + 2 * 0.05)
    )


@pytest.mark.parametrize("field", ["payload_bytes", "response_bytes"])
@every_pattern
def test_a_bill_depends_on_how_much_is_moved(pattern: str, field: str) -> None:
    load = Load(requests_per_second=100)
    one, other = (billed(pattern, replace(load, **{field: size})).total for size in (20_000, 200_000))

    assert one.low < other.low
    assert one.expected < other.expected
    assert one.high < other.high


def test_a_million_requests_a_second_take_machines_of_every_pattern() -> None:
    case = Case(own_prices(), "expected")
    load = Load(requests_per_second=1_000_000, peak_factor=1)
    sizes = {pattern: size(pattern, load, case) for pattern in PATTERNS}
    assert sizes["monolith"].instances == 4000
    assert sizes["microservices"].instances > sizes["monolith"].instances
    assert sizes["event-driven"].partitions == 500


@pytest.mark.parametrize(
    ("messages", "followers", "databases"),
    # 1500 queries a second for each: one of a request, one of a message, and one of each that follows it.
    [(0, 1, 1), (250, 1, 1), (251, 1, 2), (500, 3, 2), (501, 3, 3), (1000, 1, 2), (1001, 1, 3)],
)
def test_messages_are_queries_too(messages: float, followers: float, databases: int) -> None:
    book = own_prices()
    stated = {"followers": followers, "databases_shared": 1, "queries_per_database": 1500}
    exactly = {id: Assumption(Estimate(value, value, value), "") for id, value in stated.items()}
    assumptions = {**book.assumptions, **exactly}
    load = Load(requests_per_second=1000, peak_factor=1, messages_per_second=messages)

    needed = size("event-driven", load, Case(replace(book, assumptions=assumptions), "expected"))

    assert needed.databases * needed.database_size == databases
