"""The monthly cost of a pattern, from list prices and assumptions, split into fixed and load-dependent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from blueprint.knowledge.model import Estimate, PriceBook
from blueprint.knowledge.needs import Broker, Load
from blueprint.knowledge.sizing import BOUNDS, Bound, Case, Size, size

HOURS = 730
"""Of a month."""

SECONDS = HOURS * 3600

LEFT_OUT = (
    "people: development, operations, on-call",
    "support plans, discounts, reserved capacity and taxes",
    "a second region, and other environments such as staging",
    "backups, and traffic between the copies of a database",
    "larger disks of databases, faster disks, and connection proxies",
    "caches, content delivery, firewalls, names and certificates",
    "private endpoints, peering and virtual private networks",
    "metrics, traces, alarms, and queries over logs",
    "object storage, such as for uploads",
    "secrets and encryption keys",
    "container registry, image transfers, build machines and a Kubernetes control plane",
)
"""Costs that no figure includes. Staff cost is never guessed."""

CURVE = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
"""Requests per second at which the cost curve is calculated."""

_IDLE = 0.001


class Line(Struct, frozen=True):
    """One part of the bill in dollars a month: all of it, and what of that is there without load.

    `refs` are the prices and assumptions that it is calculated from.
    """

    what: str
    total: Estimate
    floor: Estimate
    refs: tuple[str, ...]


class Bill(Struct, frozen=True):
    """The resources and the monthly cost of a pattern in dollars; one size for each bound."""

    pattern: str
    lines: tuple[Line, ...]
    sizes: Mapping[Bound, Size]

    @property
    def total(self) -> Estimate:
        return _added([line.total for line in self.lines])

    @property
    def floor(self) -> Estimate:
        return _added([line.floor for line in self.lines])

    @property
    def logs(self) -> Estimate:
        """The part of the total that is for logs."""
        return next(line.total for line in self.lines if line.what == "logs")

    @property
    def is_split(self) -> bool:
        """Whether the data of a process takes more than one database, so that no transaction covers it."""
        return self.sizes["expected"].shards > 1

    @property
    def marginal(self) -> Estimate:
        """The load-dependent part."""
        total, floor = self.total, self.floor
        return Estimate(total.low - floor.low, total.expected - floor.expected, total.high - floor.high)


class _Scene(Struct, frozen=True):
    load: Load
    case: Case
    size: Size

    def price(self, id: str) -> float:
        return self.case.book.prices[id].value

    @property
    def gb_in(self) -> float:
        return self.load.requests_per_second * self.load.payload_bytes * SECONDS / 1e9

    @property
    def gb_out(self) -> float:
        return self.load.requests_per_second * self.load.response_bytes * SECONDS / 1e9

    @property
    def gb_logged(self) -> float:
        steps = self.load.requests_per_second * self.size.hops + self.size.messages * self.case["followers"]
        return steps * self.load.logged_share * self.case["log_bytes_per_request"] * SECONDS / 1e9

    @property
    def gb_to_broker(self) -> float:
        """Published, and received by each follower."""
        return self.messages * self.load.payload_bytes / 1e9 * (1 + self.case["followers"])

    @property
    def messages(self) -> float:
        """A month."""
        return self.size.messages * SECONDS


def bill(pattern: str, load: Load, book: PriceBook) -> Bill:
    """The bill for this load."""
    idle = replace(load, requests_per_second=_IDLE, messages_per_second=0.0)
    full = {bound: _scene(pattern, load, book, bound) for bound in BOUNDS}
    bare = {bound: _scene(pattern, idle, book, bound) for bound in BOUNDS}
    lines = tuple(
        Line(what, _estimate(charge, full), _estimate(charge, bare), refs)
        for what, charge, refs in _charges(pattern, load.broker)
    )
    return Bill(pattern, lines, {bound: scene.size for bound, scene in full.items()})


def curve(pattern: str, load: Load, book: PriceBook) -> tuple[tuple[float, Estimate], ...]:
    """The monthly cost at each of the rates of `CURVE`; messages grow with the requests."""
    points = []
    for rate in CURVE:
        messages = load.messages_per_second
        scaled = None if messages is None else messages * rate / load.requests_per_second
        at_rate = replace(load, requests_per_second=float(rate), messages_per_second=scaled)
        points.append((float(rate), bill(pattern, at_rate, book).total))
    return tuple(points)


def _scene(pattern: str, load: Load, book: PriceBook, bound: Bound) -> _Scene:
    case = Case(book, bound)
    return _Scene(load, case, size(pattern, load, case))


_Charge = Callable[[_Scene], float]


def _estimate(charge: _Charge, scenes: Mapping[Bound, _Scene]) -> Estimate:
    return Estimate(*(charge(scenes[bound]) for bound in BOUNDS))


def _added(estimates: list[Estimate]) -> Estimate:
    return Estimate(
        sum(each.low for each in estimates),
        sum(each.expected for each in estimates),
        sum(each.high for each in estimates),
    )


def _charges(pattern: str, broker: Broker) -> Iterator[tuple[str, _Charge, tuple[str, ...]]]:
    """The parts of the bill: name, calculation, and the prices and assumptions used."""
    kind = "monolith" if pattern == "monolith" else "service"
    told = _MESSAGES if pattern == "event-driven" else ()
    passed = ("hops",) if pattern == "microservices" else told
    between = ("zone_gb", "cross_zone_share") if passed else ()
    # More steps in series make each of them need a higher availability.
    series = ("hops", "databases_shared") if pattern == "microservices" else ()
    shared = () if pattern == "monolith" else ("databases_shared",)
    bought = ("instance_availability", "zone_availability", *series)
    work = ("requests_per_vcpu", f"work_{pattern.replace('-', '_')}", "target_use", f"{kind}_vcpu")
    yield "instances", _instances, ("vcpu_hour", "memory_gb_hour", *work, f"{kind}_gb", *bought)
    yield "databases", _databases, (
        "database_hour", "storage_gb_month", "queries_per_database", "largest_database", "database_gb",
        "database_availability", "zone_availability", *shared, *passed,
    )  # fmt: skip
    yield "balancer", _balancer, ("balancer_hour", "balancer_unit_hour", "requests_per_balancer_unit")
    yield "network", _network, (
        "address_hour", "nat_hour", "nat_gb", "nat_per_zone", "nat_share", "log_bytes_per_request",
        *work, *bought, *passed,
    )  # fmt: skip
    yield "traffic", _traffic, ("egress_free_gb", *_EGRESS, *between, *passed)
    yield "logs", _logs, (
        "logs_gb", "logs_infrequent_gb", "logs_stored_gb_month", "infrequent_share", "months_of_logs",
        "log_bytes_per_request", *passed,
    )  # fmt: skip
    if pattern == "event-driven":
        yield f"broker ({broker})", *_BROKERS[broker]


def _instances(scene: _Scene) -> float:
    each = scene.size.vcpu * scene.price("vcpu_hour") + scene.size.memory_gb * scene.price("memory_gb_hour")
    return scene.size.instances * each * HOURS


def _databases(scene: _Scene) -> float:
    size = scene.size
    disk = scene.case["database_gb"] * scene.price("storage_gb_month")
    each = size.database_size * scene.price("database_hour") * HOURS + disk
    return size.databases * size.copies * each


def _balancer(scene: _Scene) -> float:
    by_requests = scene.load.requests_per_second / scene.case["requests_per_balancer_unit"]
    by_volume = (scene.gb_in + scene.gb_out) / HOURS
    units = max(by_requests, by_volume)
    return HOURS * (scene.price("balancer_hour") + units * scene.price("balancer_unit_hour"))


_ZONES_OF_BALANCER = 2
"""A balancer needs at least this many, and has an address in each."""


def _network(scene: _Scene) -> float:
    """NAT gateways, addresses, and what passes the gateways."""
    gateways = scene.size.zones * scene.case["nat_per_zone"]
    addresses = gateways + max(scene.size.zones, _ZONES_OF_BALANCER)
    passed = (scene.gb_logged + scene.gb_to_broker) * scene.case["nat_share"]
    hourly = gateways * scene.price("nat_hour") + addresses * scene.price("address_hour")
    return HOURS * hourly + passed * scene.price("nat_gb")


def _traffic(scene: _Scene) -> float:
    inside = (scene.size.hops - 1) * (scene.gb_in + scene.gb_out)
    inside += scene.messages * scene.load.payload_bytes / 1e9 * scene.case["followers"]
    both_ways = 2 * scene.price("zone_gb")
    return _egress(scene) + inside * scene.case["cross_zone_share"] * both_ways


_EGRESS: Mapping[str, float] = {
    "egress_gb": 10_000,
    "egress_gb_after_10_tb": 40_000,
    "egress_gb_after_50_tb": 100_000,
    "egress_gb_after_150_tb": math.inf,
}
"""The GB a month for which each price applies, after what is free."""


def _egress(scene: _Scene) -> float:
    left, cost = max(0.0, scene.gb_out - scene.price("egress_free_gb")), 0.0
    for price, most in _EGRESS.items():
        cost += min(left, most) * scene.price(price)
        left -= min(left, most)
    return cost


def _logs(scene: _Scene) -> float:
    infrequent = scene.case["infrequent_share"]
    taken = (1 - infrequent) * scene.price("logs_gb") + infrequent * scene.price("logs_infrequent_gb")
    stored = scene.case["months_of_logs"] * scene.price("logs_stored_gb_month")
    return scene.gb_logged * (taken + stored)


def _sqs(scene: _Scene) -> float:
    """One SNS FIFO topic that fills an SQS FIFO queue for each follower, as the generated adapter does."""
    requests = scene.messages * scene.case["followers"] * scene.case["sqs_requests_per_message"] / 1e6
    # 64 KB count as one request.
    units = -(-scene.load.payload_bytes // 65_536)
    queues = max(0.0, requests * units - scene.price("sqs_free_million")) * scene.price(
        "sqs_million_requests"
    )
    publishes = scene.messages / scene.case["sns_messages_per_publish"] / 1e6
    payload = scene.messages * scene.load.payload_bytes / 1e9
    topic = publishes * units * scene.price("sns_million_publishes") + payload * scene.case["sns_payload_gb"]
    return queues + topic


def _pubsub(scene: _Scene) -> float:
    """At least 1,000 bytes are billed for each request, which holds several messages."""
    passed = 1 + scene.case["followers"]
    least = 1000 / scene.case["pubsub_messages_per_request"]
    tib = passed * scene.messages * max(scene.load.payload_bytes, least) / 2**40
    return max(0.0, tib - scene.price("pubsub_free_gib") / 1024) * scene.price("pubsub_tib")


def _confluent(scene: _Scene) -> float:
    gib = scene.messages * scene.load.payload_bytes / 2**30
    return gib * (1 + scene.case["followers"]) * scene.price("confluent_gb")


def _msk(scene: _Scene) -> float:
    gib = scene.messages * scene.load.payload_bytes / 2**30
    fixed = scene.price("msk_hour") + scene.size.partitions * scene.price("msk_partition_hour")
    moved = scene.price("msk_gb_in") + scene.case["followers"] * scene.price("msk_gb_out")
    return HOURS * fixed + gib * moved


_MESSAGES = ("messages_per_request", "followers")
_BROKERS: Mapping[Broker, tuple[_Charge, tuple[str, ...]]] = {
    "sqs": (
        _sqs,
        (
            "sqs_million_requests",
            "sqs_free_million",
            "sqs_requests_per_message",
            "sns_million_publishes",
            "sns_messages_per_publish",
            "sns_payload_gb",
            *_MESSAGES,
        ),
    ),
    "pubsub": (_pubsub, ("pubsub_tib", "pubsub_free_gib", "pubsub_messages_per_request", *_MESSAGES)),
    "confluent-basic": (_confluent, ("confluent_gb", *_MESSAGES)),
    "msk-serverless": (
        _msk,
        ("msk_hour", "msk_partition_hour", "msk_gb_in", "msk_gb_out", "messages_per_partition", *_MESSAGES),
    ),
}
