"""Formats of log lines: readable in a terminal, JSON otherwise."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from blueprint.printable import lines as printable_lines
from blueprint.printable import one_line
from blueprint.report.log_events import Record, described
from blueprint.report.tracebacks import shortened

Format = Callable[[str, str], str]

_COLOURS = (36, 33, 35, 32, 34, 96, 93, 95, 92, 94)
_DIM = 2
_LEVEL_COLOURS = {"warning": 33, "warn": 33, "error": 31, "critical": 31, "fatal": 31}
_TIMES = ("timestamp", "time", "ts")
_EVENTS = ("event", "message", "msg")
_LEVELS = ("level", "severity")
_TRACEBACKS = ("exception", "stack")
_TRACE_LENGTH = 8
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{4}([0-9a-f]{8})\b")
_NARROWEST = 40


def plain_format(names: Sequence[str]) -> Format:
    """JSON lines unchanged, for programs; other lines with the name of their process.

    Here and in `human_format`, a traceback is one text of many lines.
    """
    width = max(map(len, names))

    def formatted(name: str, line: str) -> str:
        if line.startswith("{"):
            return line
        return "\n".join(f"{name:<{width}} | {one_line(each)}" for each in line.split("\n"))

    return formatted


@dataclass(frozen=True, slots=True)
class _Line:
    """The parts of a JSON line; `text` is the event, `trace` the start of the trace id. Each may be empty."""

    clock: str
    level: str
    text: str
    trace: str
    tracebacks: Sequence[str]


def human_format(
    names: Sequence[str], *, coloured: bool, columns: Callable[[], int], project: Path
) -> Format:
    """The name of the process, local time, event, other values as `key=value`, and the trace.

    In a line that is too long, UUIDs are shortened to their last characters. If it still is, it wraps at the
    width of the terminal, with the name repeated. `columns` is called for each line,
    because the terminal may be resized. A shortened traceback follows its line.
    """
    width = max(map(len, names))
    colours = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(names)}

    def paint(text: str, colour: int) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if coloured and text else text

    def formatted(name: str, line: str) -> str:
        prefix = paint(f"{name:<{width}} |", colours.get(name, 1))
        room = max(columns(), _NARROWEST) - width - 3
        if record := _record(line):
            lines = _laid_out(_line(record, name), room, project, paint)
        elif "\n" in line:
            lines = _folded(printable_lines(line), room, project)
        else:
            lines = iter(_wrapped(one_line(line), room))
        return "\n".join(f"{prefix} {each}" for each in lines)

    return formatted


def _line(record: Record, process: str) -> _Line:
    """Split the record."""
    tracebacks = [printable_lines(str(value)) for key in _TRACEBACKS if (value := record.pop(key, None))]
    level, clock = _take(record, _LEVELS).lower(), _clock(_take(record, _TIMES))
    trace = _take(record, ("trace_id",))[:_TRACE_LENGTH]
    if record.get("service") == process:
        del record["service"]
    event, rest = described(_take(record, _EVENTS), record)
    values = " ".join(f"{key}={_short(value)}" for key, value in rest.items())
    text = one_line(f"{event} {values}".strip())
    return _Line(
        clock, level, f"{level.upper()} {text}" if level in _LEVEL_COLOURS else text, trace, tracebacks
    )


def _laid_out(line: _Line, room: int, project: Path, paint: Callable[[str, int], str]) -> Iterator[str]:
    """The pieces of a line, each at most `room` characters wide, and its tracebacks below."""
    whole = " ".join(filter(None, (line.clock, line.text, line.trace)))
    if len(whole) > room:
        text = _UUID.sub(r"…\1", line.text)
        whole = " ".join(filter(None, (line.clock, text, line.trace)))
    first, *others = _wrapped(whole, room)
    if line.level in _LEVEL_COLOURS:
        yield paint(first, _LEVEL_COLOURS[line.level])
    else:
        text = first.removeprefix(line.clock).removesuffix(line.trace)
        trace = line.trace if first.endswith(line.trace) else ""
        yield paint(line.clock, _DIM) + text + paint(trace, _DIM)
    yield from others
    for traceback in line.tracebacks:
        yield from _folded(traceback, room, project)


def _folded(traceback: str, room: int, project: Path) -> Iterator[str]:
    for each in shortened(traceback, project):
        yield from _wrapped(each, room)


def _wrapped(line: str, room: int) -> list[str]:
    """The line in pieces of at most `room` characters, broken at spaces if possible, later ones indented."""
    if len(line) <= room:
        return [line]
    indentation = " " * min(len(line) - len(line.lstrip()) + 2, room // 2)
    return textwrap.wrap(
        line, room, subsequent_indent=indentation, break_on_hyphens=False, replace_whitespace=False
    ) or [""]


def _record(line: str) -> Record | None:
    if not line.startswith("{"):
        return None
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _take(record: Record, keys: Sequence[str]) -> str:
    found = next((key for key in keys if key in record), None)
    return "" if found is None else one_line(str(record.pop(found)))


def _clock(time: str) -> str:
    """`12:30:01.123` in local time, for an RFC 3339 time or seconds since 1970; otherwise the text."""
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(float(time)).astimezone().strftime("%H:%M:%S.%f")[:12]
    with suppress(ValueError, OverflowError, OSError):
        moment = datetime.fromisoformat(time)
        return (moment.astimezone() if moment.tzinfo else moment).strftime("%H:%M:%S.%f")[:12]
    return time


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
