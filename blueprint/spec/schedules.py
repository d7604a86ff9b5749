"""Schedules of jobs: `every 10m`, or `at "0 3 * * *" UTC`. All times are UTC.

They have no state: every process computes the same due times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from blueprint.errors import Problem
from blueprint.spec.location import NOWHERE, Location
from blueprint.spec.names import shown

SHORTEST = 10
"""Minimum seconds between two due times."""
LONGEST = 366 * 86_400

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_EVERY = re.compile(r"every\s+(?P<number>[0-9]{1,9})\s*(?P<unit>[smhd])")
_AT = re.compile(r"""at\s+(?P<quote>["'])(?P<cron>[^"']*)(?P=quote)\s+UTC""")
_ZONE = re.compile(r"""at\s+(["'])[^"']*\1\s*(?P<zone>.*)""")
_ITEM = re.compile(r"(?P<first>\*|[0-9a-z]+)(?:-(?P<last>[0-9a-z]+))?(?:/(?P<step>[0-9]+))?")

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_WEEKDAYS = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Schedule(Struct, frozen=True):
    """The due times of a job: each multiple of `every` seconds since 1970, or all that match `cron`."""

    every: int = 0
    cron: str = ""

    def __str__(self) -> str:
        """As in the file: `every 10m`."""
        if self.cron:
            return f'at "{self.cron}" UTC'
        return f"every {self.amount}{self.unit[0]}"

    @property
    def kind(self) -> str:
        """Its class in code: `Every` or `At`."""
        return "At" if self.cron else "Every"

    @property
    def unit(self) -> str:
        """The largest unit of which the period is a multiple: `minutes`."""
        return next(_UNITS[unit] for unit in "dhms" if self.every % _SECONDS[unit] == 0)

    @property
    def amount(self) -> int:
        """The period in its unit."""
        return self.every // _SECONDS[self.unit[0]]


class _Part(Struct, frozen=True):
    """One of the five fields of a cron expression."""

    title: str
    first: int
    last: int
    names: Mapping[str, int]


_PARTS = (
    _Part("minute", 0, 59, {}),
    _Part("hour", 0, 23, {}),
    _Part("day of the month", 1, 31, {}),
    _Part("month", 1, 12, _MONTHS),
    _Part("day of the week", 0, 7, _WEEKDAYS),
)


def schedule_of(text: str, at: Location = NOWHERE) -> Schedule | Problem:
    """Parse a schedule. Returns a problem if it is invalid or has no due times."""
    words = text.strip()
    if match := _EVERY.fullmatch(words):
        return _every(int(match["number"]) * _SECONDS[match["unit"]], words, at)
    if match := _AT.fullmatch(words):
        return _at(match["cron"], at)
    if match := _ZONE.fullmatch(words):
        zone = match["zone"]
        message = f"times are in UTC, not {shown(zone)}" if zone else "the time zone is missing"
        return at.problem("bad-schedule", message, 'write at "0 3 * * *" UTC')
    hint = 'write "every 10m" (s, m, h or d), or at "0 3 * * *" UTC'
    return at.problem("bad-schedule", f"{shown(text)} is not a schedule", hint)


def _every(seconds: int, words: str, at: Location) -> Schedule | Problem:
    if seconds < SHORTEST:
        message = f'"{words}" is too often: a job is due every {SHORTEST} seconds at most'
        return at.problem("bad-schedule", message, f'write "every {SHORTEST}s" or longer')
    if seconds > LONGEST:
        return at.problem("bad-schedule", f'"{words}" is more than a year', 'for example "every 30d"')
    return Schedule(every=seconds)


def _at(cron: str, at: Location) -> Schedule | Problem:
    written = cron.lower().split()
    if len(written) != len(_PARTS):
        message = f"{shown(cron)} has {len(written)} parts instead of five"
        hint = 'minute, hour, day of the month, month, day of the week: "0 3 * * *"'
        return at.problem("bad-schedule", message, hint)
    parts: list[frozenset[int]] = []
    for text, part in zip(written, _PARTS, strict=True):
        if (numbers := _numbers(text, part)) is None:
            message = f"{shown(text)} is not a valid {part.title}"
            hint = f"{part.first} to {part.last}, with * , - and / as in cron"
            return at.problem("bad-schedule", message, hint)
        parts.append(numbers)
    _, _, days, months, _ = parts
    any_weekday = written[4].startswith("*")
    if any_weekday and not any(min(days) <= _LONGEST_MONTHS[month - 1] for month in months):
        message = f"{shown(cron)} never occurs: no such month has a day {min(days)}"
        return at.problem("bad-schedule", message, 'day 28 is in every month: "0 0 28 * *"')
    return Schedule(cron=" ".join(written))


def _numbers(text: str, part: _Part) -> frozenset[int] | None:
    """The allowed numbers of the part, or None if it is invalid."""
    numbers: set[int] = set()
    for item in text.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            return None
        first = part.first if match["first"] == "*" else _number(match["first"], part)
        open_end = match["first"] == "*" or match["step"] is not None
        last = _number(match["last"], part) if match["last"] else part.last if open_end else first
        step = int(match["step"] or 1)
        if first is None or last is None or match["first"] == "*" and match["last"]:
            return None
        if not part.first <= first <= last <= part.last or not 1 <= step <= part.last:
            return None
        numbers.update(range(first, last + 1, step))
    return frozenset(numbers)


def _number(word: str, part: _Part) -> int | None:
    if word in part.names:
        return part.names[word]
    return int(word) if word.isdigit() and len(word) <= 2 else None
