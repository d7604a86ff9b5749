"""When a job is due, as a spec says it."""

from __future__ import annotations

import pytest

from blueprint.errors import Problem
from blueprint.spec.schedules import Schedule, schedule_of


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("every 10m", Schedule(every=600)),
        ("every  10 s", Schedule(every=10)),
        ("every 90m", Schedule(every=5_400)),
        ("every 366d", Schedule(every=366 * 86_400)),
        ('at "0 3 * * *" UTC', Schedule(cron="0 3 * * *")),
        ("at '0 3 * * *' UTC", Schedule(cron="0 3 * * *")),
        ('at "*/15  9-17 1,15 JAN-mar mon-FRI" UTC', Schedule(cron="*/15 9-17 1,15 jan-mar mon-fri")),
        ('at "5/10 0 29 2 *" UTC', Schedule(cron="5/10 0 29 2 *")),
        ('at "0 0 31 2 mon" UTC', Schedule(cron="0 0 31 2 mon")),
        ('at "0 0 * * 7" UTC', Schedule(cron="0 0 * * 7")),
    ],
)
def test_a_schedule_is_what_is_written(text: str, schedule: Schedule) -> None:
    assert schedule_of(text) == schedule


@pytest.mark.parametrize("text", ["every 10m", "every 10s", "every 36h", "every 2d", 'at "0 3 * * *" UTC'])
def test_a_schedule_is_written_as_it_was_read(text: str) -> None:
    assert str(schedule_of(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("every 9s", '"every 9s" is too often: a job is due every 10 seconds at most'),
        ("every 0m", '"every 0m" is too often: a job is due every 10 seconds at most'),
        ("every 367d", '"every 367d" is more than a year'),
        ("every 10 minutes", '"every 10 minutes" is not a schedule'),
        ("hourly", '"hourly" is not a schedule'),
        ("0 3 * * *", '"0 3 * * *" is not a schedule'),
        ('at "0 3 * * *"', "the time zone is missing"),
        ('at "0 3 * * *" CET', 'times are in UTC, not "CET"'),
        ('at "0 3 * *" UTC', '"0 3 * *" has 4 parts instead of five'),
        ('at "60 3 * * *" UTC', '"60" is not a valid minute'),
        ('at "0 24 * * *" UTC', '"24" is not a valid hour'),
        ('at "0 3 0 * *" UTC', '"0" is not a valid day of the month'),
        ('at "0 3 * 13 *" UTC', '"13" is not a valid month'),
        ('at "0 3 * * 8" UTC', '"8" is not a valid day of the week'),
        ('at "0 3 * * fri-mon" UTC', '"fri-mon" is not a valid day of the week'),
        ('at "*/0 3 * * *" UTC', '"*/0" is not a valid minute'),
        ('at "*-3 3 * * *" UTC', '"*-3" is not a valid minute'),
        ('at ", 3 * * *" UTC', '"," is not a valid minute'),
        ('at "0 0 31 2 *" UTC', '"0 0 31 2 *" never occurs: no such month has a day 31'),
        ('at "0 0 31 4,6,9,11 *" UTC', '"0 0 31 4,6,9,11 *" never occurs: no such month has a day 31'),
        ('at "0 0 30 2 */2" UTC', '"0 0 30 2 */2" never occurs: no such month has a day 30'),
    ],
)
def test_what_is_never_due_or_not_understood_is_told_in_one_line(text: str, message: str) -> None:
    problem = schedule_of(text)

    assert isinstance(problem, Problem)
    assert (problem.code, problem.message) == ("bad-schedule", message)
    assert problem.hint
