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

    `processes` are the deployables, `instances` all their copies with `vcpu` and `memory_gb` each. `messages`
    are a second, on average; they and `partitions` are 0 without a broker.
    """

    processes: int
    instances: int
    vcpu: float
    memory_gb: float
    databases: int
    hops: float
    messages: float
    partitions: int


def size(pattern: str, load: Load, case: Case) -> Size:
    """The resources of the pattern for this load."""
    has_broker = pattern == "event-driven"
    processes = 1 if pattern == "monolith" else load.services
    kind = "monolith" if pattern == "monolith" else "service"
    messages = messages_per_second(load, case) if has_broker else 0.0
    peak = load.requests_per_second * load.peak_factor
    vcpu = case[f"{kind}_vcpu"]
    needed = peak * case[f"work_{pattern.replace('-', '_')}"] / case["requests_per_vcpu"] / case["target_use"]
    each = max(least_instances(load, case), math.ceil(needed / processes / vcpu))
    queries = peak + messages * load.peak_factor * (1 + case["followers"])
    servers = 1 if case["databases_shared"] else processes
    return Size(
        processes=processes,
        instances=processes * each,
        vcpu=vcpu,
        memory_gb=case[f"{kind}_gb"],
        databases=servers * max(1, math.ceil(queries / servers / case["queries_per_database"])),
        hops={"monolith": 1.0, "microservices": min(case["hops"], processes)}.get(pattern, 1.0),
        messages=messages,
        partitions=_partitions(messages * load.peak_factor, load.events, case) if has_broker else 0,
    )


def messages_per_second(load: Load, case: Case) -> float:
    """The given rate, or an estimate from the requests."""
    if load.messages_per_second is not None:
        return load.messages_per_second
    return load.requests_per_second * case["messages_per_request"]


def least_instances(load: Load, case: Case) -> int:
    """Instances per process: as given, or derived from the availability, assuming independent failures."""
    if load.instances is not None:
        return load.instances
    failing = 1 - case["instance_availability"] / 100
    if failing <= 0:
        return 1
    return max(1, math.ceil(round(math.log(1 - load.availability / 100) / math.log(failing), 9)))


def _partitions(messages_at_peak: float, events: int, case: Case) -> int:
    return max(events, math.ceil(messages_at_peak / case["messages_per_partition"]))
