"""The estimated resources for a load, from the assumptions of the price book."""

from __future__ import annotations

import math
from typing import Literal

from msgspec import Struct

from blueprint.knowledge.model import Estimate, PriceBook
from blueprint.knowledge.needs import Load

Bound = Literal["low", "expected", "high"]
BOUNDS: tuple[Bound, ...] = ("low", "expected", "high")


class Case(Struct, frozen=True):
    """The assumptions for one bound: low, expected or high."""

    book: PriceBook
    bound: Bound

    def __getitem__(self, assumption: str) -> float:
        estimate: Estimate = self.book.assumptions[assumption].value
        return float(getattr(estimate, self.bound))


class Size(Struct, frozen=True):
    """Of one pattern under one load.

    `processes` are the deployables, `instances` all their copies with `vcpu` and `memory_gb` each, spread
    over `zones`. There are `databases`, each `database_size` times as large as the smallest one and with
    `copies` in as many zones; `shards` of them hold the data of one process. `messages` are a second, on
    average; they and `partitions` are 0 without a broker. A request needs `in_series` processes and
    databases, each available for `each_needs` percent of the time; `reached` is what they reach together.
    """

    processes: int
    instances: int
    vcpu: float
    memory_gb: float
    databases: int
    hops: float
    messages: float
    partitions: int
    zones: int
    database_size: int
    copies: int
    shards: int
    in_series: float
    each_needs: float
    reached: float


MOST_ZONES = 3
"""Of a region, that a system is spread over."""


def size(pattern: str, load: Load, case: Case) -> Size:
    """The resources of the pattern for this load."""
    has_broker = pattern == "event-driven"
    processes = 1 if pattern == "monolith" else load.services
    kind = "monolith" if pattern == "monolith" else "service"
    messages = messages_per_second(load, case) if has_broker else 0.0
    hops = min(case["hops"], processes) if pattern == "microservices" else 1.0
    peak = load.requests_per_second * load.peak_factor
    vcpu = case[f"{kind}_vcpu"]
    needed = peak * case[f"work_{pattern.replace('-', '_')}"] / case["requests_per_vcpu"] / case["target_use"]
    shared = bool(case["databases_shared"])
    in_series = hops + (1.0 if shared else hops)
    each_needs = (load.availability / 100) ** (1 / in_series)
    each = max(least_instances(load, each_needs, case), math.ceil(needed / processes / vcpu))
    copies = _least_copies(each_needs, case)
    queries = peak + messages * load.peak_factor * (1 + case["followers"])
    servers = 1 if shared else processes
    small = max(1, math.ceil(queries / servers / case["queries_per_database"]))
    shards = math.ceil(small / case["largest_database"])
    reached = _of_instances(each, case) ** hops * _of_copies(copies, case) ** (in_series - hops)
    return Size(
        processes=processes,
        instances=processes * each,
        vcpu=vcpu,
        memory_gb=case[f"{kind}_gb"],
        databases=servers * shards,
        hops=hops,
        messages=messages,
        partitions=_partitions(messages * load.peak_factor, load.events, case) if has_broker else 0,
        zones=min(each, MOST_ZONES),
        database_size=math.ceil(small / shards),
        copies=copies,
        shards=shards,
        in_series=in_series,
        each_needs=each_needs * 100,
        reached=reached * 100,
    )


def messages_per_second(load: Load, case: Case) -> float:
    """The given rate, or an estimate from the requests."""
    if load.messages_per_second is not None:
        return load.messages_per_second
    return load.requests_per_second * case["messages_per_request"]


_MOST_INSTANCES = 12
"""That are bought for the availability alone; more would fail together, with their zones."""


def least_instances(load: Load, available: float, case: Case) -> int:
    """Instances of a process: as given, or as many as it takes to be available for this share of the time."""
    if load.instances is not None:
        return load.instances
    counts = range(1, _MOST_INSTANCES + 1)
    return next((count for count in counts if _reaches(_of_instances(count, case), available)), MOST_ZONES)


def _of_instances(count: int, case: Case) -> float:
    """The share of the time in which at least one of the instances answers; they are spread evenly over
    zones, which fail as a whole.
    """
    down, zones = 1.0, min(count, MOST_ZONES)
    for zone in range(zones):
        here = count // zones + (zone < count % zones)
        alive = 1 - (1 - case["instance_availability"] / 100) ** here
        down *= 1 - case["zone_availability"] / 100 * alive
    return 1 - down


def _least_copies(available: float, case: Case) -> int:
    counts = range(1, MOST_ZONES + 1)
    return next((count for count in counts if _reaches(_of_copies(count, case), available)), MOST_ZONES)


def _of_copies(count: int, case: Case) -> float:
    """The share of the time in which at least one of the copies answers, each in a zone of its own."""
    each = case["zone_availability"] / 100 * case["database_availability"] / 100
    return float(1 - (1 - each) ** count)


def _reaches(reached: float, wanted: float) -> bool:
    return reached >= wanted - 1e-12


def _partitions(messages_at_peak: float, events: int, case: Case) -> int:
    return max(events, math.ceil(messages_at_peak / case["messages_per_partition"]))
