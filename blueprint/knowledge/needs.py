"""Read a `needs.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from blueprint.errors import Problem, SpecError
from blueprint.knowledge.aliases import unknown_criterion
from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.contradictions import contradiction
from blueprint.knowledge.decode import Limits, decode
from blueprint.spec.findings import did_you_mean, in_order
from blueprint.spec.location import Marks
from blueprint.spec.names import shown

Broker = Literal["sqs", "pubsub", "confluent-basic", "msk-serverless"]

RATES = Limits(0.001, 100_000_000)
WEIGHTS = Limits(0, 100)
_MAX_BYTES = 10_000_000
_STEADY_PEAK = 10


class Load(Struct, frozen=True):
    """What the system has to carry. Rates are averages; at its peak it is `peak_factor` times as much.

    `messages_per_second` and `instances` (at least, for each process) follow from the assumptions where they
    are None. `availability` is in percent; `logged_share` is the share of requests that are logged, from 0
    to 1.
    """

    requests_per_second: Annotated[float, RATES] = 50
    peak_factor: Annotated[float, Limits(1, 1000)] = 3
    messages_per_second: Annotated[float, Limits(0, RATES.high)] | None = None
    payload_bytes: Annotated[int, Limits(1, _MAX_BYTES)] = 1000
    response_bytes: Annotated[int, Limits(1, _MAX_BYTES)] = 2000
    services: Annotated[int, Limits(1, 1000)] = 5
    events: Annotated[int, Limits(1, 10_000)] = 5
    instances: Annotated[int, Limits(1, 100_000)] | None = None
    availability: Annotated[float, Limits(50, 99.999)] = 99.9
    broker: Broker = "sqs"
    logged_share: Annotated[float, Limits(0, 1)] = 1


ABOUT_LOAD: Mapping[str, str] = {
    "requests_per_second": "Requests a second, on average.",
    "peak_factor": "The load at the peak, as a multiple of the average.",
    "messages_per_second": "Messages a second, on average; derived from the requests if it is left out.",
    "payload_bytes": "Bytes of a request or a message.",
    "response_bytes": "Bytes of a response.",
    "services": "The number of services; in a project, as many as it has.",
    "events": "The number of kinds of events; in a project, as many as it has.",
    "instances": "The least number of instances of each process; derived from the availability by default.",
    "availability": "The share of the time in which requests are answered, in percent. Zones, instances and "
    "copies of databases are bought for it.",
    "broker": "The broker that is priced for event-driven services.",
    "logged_share": "The share of requests that are logged, from 0 to 1.",
}
"""The meaning of each part of the load."""


class Needs(Struct, frozen=True):
    """Answers by question, weights (0 to 100) by criterion, and the load. Missing entries are unknown."""

    version: Literal["1"] = "1"
    name: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, Annotated[float, WEIGHTS]] = field(default_factory=dict)
    load: Load = field(default_factory=Load)


class _Written(Struct, frozen=True):
    """The file; required keys come first."""

    version: Literal["1"]
    answers: Mapping[str, str]
    name: str = ""
    weights: Mapping[str, Annotated[float, WEIGHTS]] = field(default_factory=dict)
    load: Load = field(default_factory=Load)


def read_needs(
    content: str | bytes, path: str, base: KnowledgeBase, known: Load, *, may_clash: bool = False
) -> Needs:
    """The needs in a file; of the load, what the file leaves out is as in `known`.

    SpecError with all that is not valid, unknown, or contradicts itself; if answers `may_clash`, they are
    not compared with each other.
    """
    written, marks = decode(_Written, content, path)
    left_out = [name for name in Load.__struct_fields__ if ("load", name) not in marks]
    load = replace(written.load, **{name: getattr(known, name) for name in left_out})
    needs = Needs(written.version, written.name, written.answers, written.weights, load)
    clash = None if may_clash else contradiction(needs.answers, base)
    located = (marks.key_location("answers").problem(clash.code, clash.message, clash.hint),) if clash else ()
    if problems := in_order((*_unknown(needs, marks, base), *located, *_contradictions(needs, marks))):
        raise SpecError(problems)
    return needs


def _unknown(needs: Needs, marks: Marks, base: KnowledgeBase) -> Iterator[Problem]:
    for id, answer in needs.answers.items():
        question = base.questions.get(id)
        if question is None:
            hint = did_you_mean(id, base.questions)
            location = marks.key_location("answers", id)
            yield location.problem("unknown-question", f"unknown question {shown(id)}", hint)
        elif answer not in question.answers:
            hint = did_you_mean(answer, question.answers)
            location = marks.location("answers", id)
            yield location.problem("unknown-answer", f'"{id}" cannot be {shown(answer)}', hint)
    for id in needs.weights:
        if id not in base.criteria:
            problem = unknown_criterion(id, base)
            location = marks.key_location("weights", id)
            yield location.problem(problem.code, problem.message, problem.hint)


def _contradictions(needs: Needs, marks: Marks) -> Iterator[Problem]:
    """All answers that exclude a part of the load, each with the least change."""
    load, shape = needs.load, needs.answers.get("load_shape")
    peak = f"{load.peak_factor:g}"
    if shape == "steady" and load.peak_factor > _STEADY_PEAK:
        reason = "a steady load has no such peaks"
        change = f"load_shape: peaks or peak_factor: {_STEADY_PEAK}"
        yield _excluded("load_shape: steady", "peak_factor", peak, reason, change, marks)
    if shape == "bursts" and load.peak_factor == 1:
        reason = "a bursty load has a peak above its average"
        change = "load_shape: steady or peak_factor: 2"
        yield _excluded("load_shape: bursts", "peak_factor", peak, reason, change, marks)
    if load.messages_per_second == 0 and needs.answers.get("followers") == "often":
        change = "followers: sometimes, or leave out messages_per_second"
        reason = "consumers of events need messages"
        yield _excluded("followers: often", "messages_per_second", "0", reason, change, marks)


def _excluded(answer: str, key: str, value: str, reason: str, change: str, marks: Marks) -> Problem:
    message = f"{answer} and {key}: {value} exclude each other: {reason}"
    return marks.key_location("load", key).problem("contradiction", message, f"the least change: {change}")
