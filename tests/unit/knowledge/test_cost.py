"""The bill follows from the price book alone, and agrees with what was calculated elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from blueprint.knowledge.cost import CURVE, Bill, bill, curve
from blueprint.knowledge.model import Assumption, Estimate, PriceBook
from blueprint.knowledge.needs import Broker, Load
from blueprint.knowledge.prices import own_prices
from blueprint.knowledge.sizing import Case, least_instances, size
from tests.support.comparisons import library

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
    book = with_assumption("sqs_requests_per_message", requests_per_message)
    return next(
        line for line in billed("event-driven", load, book).lines if "broker" in line.what
    ).total.expected


@pytest.mark.parametrize(
    ("pattern", "services", "dollars"),
    [("monolith", 5, 99.8), ("microservices", 5, 114.2), ("event-driven", 3, 85.3)],
)
def test_the_smallest_floors_are_those_of_the_study(pattern: str, services: int, dollars: float) -> None:
    assert billed(pattern, Load(services=services)).floor.low == pytest.approx(dollars, abs=0.1)


def test_a_database_for_each_service_costs_what_the_study_says() -> None:
    assert billed("microservices").floor.expected == pytest.approx(216.8, abs=0.1)


def test_the_brokers_cost_what_their_claim_says() -> None:
    claim = library().claims["broker-month"]
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


@every_pattern
def test_a_line_names_only_what_the_price_book_holds(pattern: str) -> None:
    book = own_prices()
    for line in billed(pattern).lines:
        assert line.refs
        assert set(line.refs) <= book.prices.keys() | book.assumptions.keys()


@every_pattern
@pytest.mark.parametrize("id", sorted(own_prices().assumptions))
def test_a_bill_depends_on_no_assumption_that_it_does_not_name(pattern: str, id: str) -> None:
    # A load at which everything counts.
    load = Load(requests_per_second=5000, availability=99.99)
    named = {ref for line in billed(pattern, load).lines for ref in line.refs}
    value = own_prices().assumptions[id].value.expected
    changed = billed(pattern, load, with_assumption(id, value * 1.7 + 0.3)).total.expected
    if changed != billed(pattern, load, with_assumption(id, value)).total.expected:
        assert id in named


def test_every_price_is_used_by_some_bill() -> None:
    brokers: tuple[Broker, ...] = ("sqs", "pubsub", "confluent-basic", "msk-serverless")
    used = {
        ref for pattern in PATTERNS for each in brokers for line in billed(pattern, Load(broker=each)).lines
        for ref in line.refs
    }  # fmt: skip
    book = own_prices()
    assert used == book.prices.keys() | book.assumptions.keys()


@pytest.mark.parametrize(
    ("availability", "instances"), [(50, 1), (99, 1), (99.9, 2), (99.99, 2), (99.999, 3)]
)
def test_availability_takes_instances(availability: float, instances: int) -> None:
    case = Case(own_prices(), "expected")
    assert least_instances(Load(availability=availability), case) == instances


def test_a_stated_number_of_instances_counts() -> None:
    needed = size("monolith", Load(requests_per_second=1, instances=7), Case(own_prices(), "expected"))
    assert needed.instances == 7


@every_pattern
def test_the_curve_rises_over_all_its_loads(pattern: str) -> None:
    points = curve(pattern, Load(), own_prices())
    assert tuple(rate for rate, _ in points) == CURVE
    costs = [cost.expected for _, cost in points]
    assert costs == sorted(costs)


def test_a_million_requests_a_second_take_machines_of_every_pattern() -> None:
    case = Case(own_prices(), "expected")
    load = Load(requests_per_second=1_000_000, peak_factor=1)
    sizes = {pattern: size(pattern, load, case) for pattern in PATTERNS}
    assert sizes["monolith"].instances == 4000
    assert sizes["microservices"].instances > sizes["monolith"].instances
    assert sizes["event-driven"].partitions == 500
