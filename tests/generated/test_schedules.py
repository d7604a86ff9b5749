"""The schedules of a project come when those of the spec say so."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.spec.model import Schedule
from blueprint.spec.schedules import schedule_of
from blueprint.tree import RelPath
from tests.generated.recipes import Recipe, tree_of

MINUTE = timedelta(minutes=1)
MINUTES = st.sampled_from(("*", "0", "*/7", "5-20/5", "0,30", "59", "50/3"))
HOURS = st.sampled_from(("*", "3", "0,23", "*/5", "9-17"))
DAYS = st.sampled_from(("*", "1", "31", "29-31", "*/10", "15,28"))
MONTHS = st.sampled_from(("*", "feb", "1-3", "4,6,9,11", "*/6", "dec"))
WEEKDAYS = st.sampled_from(("*", "0", "7", "mon-fri", "*/2", "sat,sun", "5-7"))
TIMES = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)).map(lambda time: time.replace(tzinfo=UTC))


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The module of a project that says when a job is due."""
    path = RelPath("src/corner_shop/platform/workflows/schedules.py")
    file = tmp_path_factory.mktemp("kit") / "schedules_of_kit.py"
    file.write_bytes(tree_of(Recipe("kebab", "monolith"))[path].content)
    yield loaded(file)
    del sys.modules[file.stem]


def loaded(file: Path) -> Any:
    spec = spec_from_file_location(file.stem, file)
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    return module


def is_due(cron: str, at: datetime) -> bool:
    """By the words of cron, one part after the other."""
    minute, hour, day, month, weekday = cron.split()
    of_month, of_week = holds(day, at.day, 1, 31), any(holds(weekday, one, 0, 7) for one in weekdays(at))
    either = not day.startswith("*") and not weekday.startswith("*")
    days = of_month or of_week if either else of_month and of_week
    times = holds(minute, at.minute, 0, 59) and holds(hour, at.hour, 0, 23)
    return days and times and holds(month, at.month, 1, 12)


def weekdays(at: datetime) -> tuple[int, ...]:
    number = at.isoweekday()
    return (0, 7) if number == 7 else (number,)


def holds(part: str, number: int, least: int, most: int) -> bool:
    names = {"sun": 0, "mon": 1, "fri": 5, "sat": 6, "feb": 2, "dec": 12}

    def of(word: str) -> int:
        return names[word] if word in names else int(word)

    for item in part.split(","):
        text, _, step = item.partition("/")
        first, _, last = text.partition("-")
        low = least if first == "*" else of(first)
        high = most if first == "*" or (step and not last) else of(last or first)
        if low <= number <= high and (number - low) % int(step or 1) == 0:
            return True
    return False


@settings(max_examples=60)
@given(MINUTES, HOURS, DAYS, MONTHS, WEEKDAYS, TIMES)
def test_the_last_due_time_is_the_last_that_fits(
    kit: Any, minute: str, hour: str, day: str, month: str, weekday: str, now: datetime
) -> None:
    cron = f"{minute} {hour} {day} {month} {weekday}"
    schedule = schedule_of(f'at "{cron}" UTC')
    if not isinstance(schedule, Schedule):  # the tool refuses it, since it never comes
        with pytest.raises(ValueError, match="never comes"):
            kit.At(cron).latest(now)
        return

    due = kit.At(schedule.cron).latest(now)

    assert due <= now
    assert is_due(cron, due)
    later = (due + MINUTE * number for number in range(1, 1 + min((now - due) // MINUTE, 3_000)))
    assert not any(is_due(cron, at) for at in later)


def test_the_rarest_day_is_found(kit: Any) -> None:
    """A leap day that is a Sunday: cron asks for both kinds of day where one begins with a star."""
    due = kit.At("0 0 29 2 */7").latest(datetime(2071, 1, 1, tzinfo=UTC))

    assert due == datetime(2060, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [10, 600, 86_400, 7 * 3_600])
@pytest.mark.parametrize("hour", [0, 13])
def test_a_period_is_counted_from_1970(kit: Any, hour: int, seconds: int) -> None:
    now = datetime(2030, 1, 31, hour, 7, 23, 5, tzinfo=UTC)

    due = kit.Every(timedelta(seconds=seconds)).latest(now)

    assert due.timestamp() % seconds == 0
    assert due <= now < due + timedelta(seconds=seconds)
