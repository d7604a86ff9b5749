"""What `events` does: show what the services record."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from blueprint.cli.console import Terminal
from blueprint.cli.spec_names import SPEC, events, refuse_unknown_service, refuse_unknown_type
from blueprint.errors import Problem, UsageError
from blueprint.report.grid import cell
from blueprint.report.result import Result
from blueprint.runtime.description import read_description
from blueprint.runtime.operators import processes_of
from blueprint.runtime.records import Filter, Record, follow, latest
from blueprint.spec.load import load_spec
from blueprint.spec.model import Spec
from blueprint.workspace.project import find_project

MOST = 10_000
"""Records that are shown at most."""

_STYLES = {"dead": "error", "refused": "error", "retrying": "hint"}


def show_events(
    terminal: Terminal, directory: Path, urls: Sequence[str], wanted: Filter, limit: int, *, following: bool
) -> Result:
    """Show the latest records, and with `following` all that come, until a signal.

    Raises UsageError, SpecError, MachineError, SystemFailed, Interrupted.
    """
    root = find_project(directory)
    processes = processes_of(root, read_description(root), os.environ, urls)

    def check(records: Sequence[Record]) -> None:
        if not records:  # what was removed from the spec may still have some
            spec = load_spec((root / SPEC).read_text(encoding="utf-8-sig"), SPEC)
            refuse_unknown_service(spec, wanted.service, [process.name for process in processes])
            refuse_unknown_type(spec, wanted.type)
            if hint := _unrecorded(spec, wanted):
                terminal.note(hint)

    if not following:
        records = latest(processes, wanted, limit)
        check(records)
        _show(terminal, records)
        return Result("events", "ok", 0, _data(records))

    def note(problem: Problem) -> None:
        terminal.note(problem.message)

    shown = follow(processes, wanted, limit, note)
    for number, records in enumerate(shown):
        if number == 0:
            check(records)
        _show(terminal, records)
        terminal.stream(Result("events", "ok", 0, _data(records)))
    return Result("events", "ok")


def read_limit(text: str) -> int:
    """A number of records. Raises UsageError."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST:
        return int(text)
    message = f"--limit takes a number from 1 to {MOST}, not {text[:40]!r}"
    raise UsageError(Problem("bad-limit", message, "write it as --limit 50"))


def read_time(text: str | None) -> datetime | None:
    """A time, which is local where it names no zone. Raises UsageError."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):
        message = f"--before takes a time, not {text[:40]!r}"
        raise UsageError(Problem("bad-time", message, "write it as --before 2026-01-31T12:00")) from None


def _unrecorded(spec: Spec, wanted: Filter) -> str | None:
    """Why there may be no record: an event-driven system does not keep what it has handed to the broker."""
    if spec.pattern != "event-driven" or wanted.type not in events(spec):
        return None
    return (
        f"no reaction to {wanted.type} is recorded; "
        "an event that nothing reacts to is only in the log of blueprint run"
    )


def _data(records: Sequence[Record]) -> dict[str, object]:
    return {"records": [_record(record) for record in records], "before": _oldest(records)}


def _record(record: Record) -> dict[str, object]:
    return {
        "time": record.at and record.at.isoformat(),
        "process": record.process,
        "service": record.service,
        "source": record.source,
        "id": record.id,
        "event": record.event,
        "action": record.action,
        "workflow": record.workflow,
        "key": record.key,
        "state": record.state,
        "attempts": record.attempts,
        "trace": record.trace,
        "error": record.error,
    }


def _oldest(records: Sequence[Record]) -> str | None:
    """The `--before` of the page before this one."""
    times = [record.at for record in records if record.at is not None]
    return min(times).isoformat() if times else None


def _show(terminal: Terminal, records: Sequence[Record]) -> None:
    for record in records:
        terminal.say(_line(record, terminal.width), _STYLES.get(record.state))


def _line(record: Record, width: int | None) -> str:
    """`12:00:01.234  payments  stock.reserved → payments.charge  KEY  retrying (3)  TRACE  ERROR`."""
    time = record.at.astimezone().strftime("%H:%M:%S.%f")[:-3] if record.at else "-".ljust(12)
    what = " → ".join(part for part in (record.event, record.action) if part)
    if record.workflow and record.workflow not in what:
        what = f"{what} ({record.workflow})"
    state = f"{record.state} ({record.attempts})" if record.attempts else record.state
    parts = [time, record.service, what, record.key, state, record.trace[:8], cell(record.error)]
    line = "  ".join(part for part in parts if part)
    return line if width is None or len(line) <= width else f"{line[: width - 1]}…"
