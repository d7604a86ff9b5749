"""What processes record is joined, filtered, paged and followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from blueprint.errors import MachineError, Problem, SystemFailed, UsageError
from blueprint.runtime import records
from blueprint.runtime.operators import Process
from blueprint.runtime.records import Filter, Record, follow, latest


def row(number: int, **changes: object) -> dict[str, object]:
    return {
        "id": str(number),
        "time": float(number),
        "event": "order.placed",
        "action": "orders.confirm",
        "workflow": "",
        "key": "7",
        "state": "done",
        "attempts": 0,
        "traceparent": f"00-{number:032x}-{1:016x}-01",
        "error": None,
        **changes,
    }


@dataclass
class Stand:
    """A process that answers from memory; a failure, if there is one, is raised instead."""

    name: str
    rows: list[dict[str, object]] = field(default_factory=list)
    failure: Exception | None = None
    asked: int = 0

    def get(self, *path: str, before: int | None = None, limit: int = 0) -> Any:
        if self.failure:
            raise self.failure
        if path == ("records",):
            return {"process": self.name, "sources": ["tasks"]}
        assert path == ("records", "tasks")
        self.asked += 1
        newest_first = sorted(self.rows, key=lambda each: -int(str(each["id"])))
        left = [each for each in newest_first if before is None or int(str(each["id"])) < before][:limit]
        return {"items": left, "next": int(str(left[-1]["id"])) if len(left) == limit else None}

    def unexpected(self, what: str) -> Problem:
        return Process(self.name, ("http://here",), "").unexpected(what)

    def __hash__(self) -> int:
        return hash(self.name)


def ids(found: list[Record]) -> list[str]:
    return [record.id for record in found]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "PAGE", 3)
    monkeypatch.setattr(records, "PAUSE", 0.0)


def test_records_of_all_processes_come_in_the_order_of_time() -> None:
    orders, payments = Stand("orders", [row(1), row(3), row(5)]), Stand("payments", [row(2), row(4)])

    assert ids(latest([orders, payments], Filter(), 3)) == ["3", "4", "5"]  # type: ignore[list-item]


def test_filters_look_beyond_the_first_page() -> None:
    rows = [row(1, action="payments.charge"), *(row(number) for number in range(2, 12))]

    found = latest([Stand("shop", rows)], Filter(service="payments"), 5)  # type: ignore[list-item]

    assert ids(found) == ["1"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(type="order.placed"), ["1", "3"]),
        (Filter(type="letters.write"), ["2"]),
        (Filter(type="checkout"), ["3"]),
        (Filter(service="old-letters"), ["2"]),
        (Filter(service="shop"), ["1", "2", "3"]),
        (Filter(before=datetime.fromtimestamp(3, UTC)), ["1", "2"]),
        (Filter(type="nothing"), []),
    ],
)
def test_a_filter_takes(wanted: Filter, expected: list[str]) -> None:
    rows = [row(1), row(2, event="", action="old_letters.write"), row(3, workflow="checkout")]
    if wanted.type == "letters.write":
        wanted = Filter(type="old_letters.write")

    assert ids(latest([Stand("shop", rows)], wanted, 10)) == expected  # type: ignore[list-item]


def test_the_time_that_is_shown_of_a_record_leads_to_the_page_before_it() -> None:
    rows = [row(1, time=1_764_000_000.0), row(2, time=1_764_000_000.1234567)]
    [last] = latest([Stand("shop", rows)], Filter(), 1)  # type: ignore[list-item]
    assert last.at

    shown = datetime.fromisoformat(last.at.isoformat())

    assert ids(latest([Stand("shop", rows)], Filter(before=shown), 5)) == ["1"]  # type: ignore[list-item]


def test_one_source_is_read_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_PAGES", 4)
    stand = Stand("shop", [row(number) for number in range(100)])

    assert latest([stand], Filter(type="nothing"), 5) == []  # type: ignore[list-item]
    assert stand.asked == 4


def following(stand: Stand, wanted: Filter, told: list[str]) -> Iterator[list[Record]]:
    return follow([stand], wanted, 2, lambda problem: told.append(problem.message))  # type: ignore[list-item]


def test_followed_are_new_records_and_new_states_and_nothing_twice() -> None:
    stand = Stand("shop", [row(number) for number in range(5)])
    batches = following(stand, Filter(), [])

    assert ids(next(batches)) == ["3", "4"]
    stand.rows += [row(number, state="waiting") for number in range(5, 12)]
    assert ids(next(batches)) == [str(number) for number in range(5, 12)]
    stand.rows[-1] = row(11, state="retrying", attempts=1)
    assert [(each.id, each.state) for each in next(batches)] == [("11", "retrying")]


def test_a_process_that_is_away_is_named_once_and_followed_again() -> None:
    stand, told = Stand("shop", [row(1)]), list[str]()
    batches = following(stand, Filter(), told)
    next(batches)

    def come_back(_: float) -> None:
        if told:
            stand.failure = None
            stand.rows.append(row(2))

    stand.failure = MachineError(Problem("no-answer", "shop does not answer"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records.time, "sleep", come_back)
        assert ids(next(batches)) == ["2"]
    assert told == ["shop does not answer"]


def test_a_process_of_an_older_version_is_named_with_the_way_out() -> None:
    stand = Stand("shop")
    stand.get = lambda *_, **__: None  # type: ignore[method-assign]

    with pytest.raises(UsageError) as error:
        latest([stand], Filter(), 5)  # type: ignore[list-item]

    assert "blueprint sync" in str(error.value.problems[0].hint)


@pytest.mark.parametrize("answer", [{}, {"items": [{}], "next": None}, {"items": None}, []])
def test_an_answer_in_another_form_is_an_error(answer: object) -> None:
    stand = Stand("shop")
    stand.get = lambda *path, **_: answer if len(path) > 1 else {"sources": ["tasks"]}  # type: ignore[method-assign]

    with pytest.raises(SystemFailed):
        latest([stand], Filter(), 5)  # type: ignore[list-item]
