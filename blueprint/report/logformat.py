"""How a line of a process looks: for people on a terminal, for machines elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from blueprint.printable import one_line

Format = Callable[[str, str], str]

_COLOURS = (36, 33, 35, 32, 34, 96, 93, 95, 92, 94)
_LEVEL_COLOURS = {"debug": 2, "warning": 33, "warn": 33, "error": 31, "critical": 31, "fatal": 31}
_TIMES = ("timestamp", "time", "ts")
_EVENTS = ("event", "message", "msg")
_LEVELS = ("level", "severity")


def plain_format(names: Sequence[str]) -> Format:
    """JSON lines as they are, for programs to read; others behind the name of their process."""
    width = max(map(len, names))

    def formatted(name: str, line: str) -> str:
        if line.startswith("{"):
            return line
        return f"{name:<{width}} | {one_line(line)}"

    return formatted


def human_format(names: Sequence[str], *, coloured: bool) -> Format:
    """Behind the name of the process: time, level, event and the rest of a JSON line as `key=value`."""
    width = max(map(len, names))
    colours = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(names)}

    def paint(text: str, colour: int | None) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if coloured and colour else text

    def formatted(name: str, line: str) -> str:
        prefix = paint(f"{name:<{width}} |", colours.get(name, 1))
        record = _record(line)
        if record is None:
            return f"{prefix} {one_line(line)}"
        time, level, event = (_take(record, keys) for keys in (_TIMES, _LEVELS, _EVENTS))
        if record.get("service") == name:
            del record["service"]
        rest = " ".join(f"{key}={_short(value)}" for key, value in record.items())
        parts = [
            paint(_clock(time), 2),
            paint(f"{level.lower():<7}", _LEVEL_COLOURS.get(level.lower())),
            event,
            paint(one_line(rest), 2),
        ]
        return f"{prefix} {' '.join(part for part in parts if part.strip())}"

    return formatted


def _record(line: str) -> dict[str, object] | None:
    if not line.startswith("{"):
        return None
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _take(record: dict[str, object], keys: Sequence[str]) -> str:
    found = next((key for key in keys if key in record), None)
    return "" if found is None else one_line(str(record.pop(found)))


def _clock(time: str) -> str:
    """`12:30:01.123` of an RFC 3339 time or of seconds since 1970, else the text."""
    with suppress(ValueError, OverflowError, OSError):
        time = datetime.fromtimestamp(float(time), UTC).isoformat()
    _, _, clock = time.partition("T")
    return clock[:12].rstrip("Z") if clock else time


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
