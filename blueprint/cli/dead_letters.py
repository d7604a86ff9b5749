"""What `dead-letters` does: list them, show them, and replay or skip some."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, ValidationError, convert

from blueprint.cli.console import Terminal
from blueprint.cli.spec_names import SPEC, refuse_unknown_service
from blueprint.errors import Problem, SystemFailed, UsageError
from blueprint.report.grid import cell, grid
from blueprint.report.result import Result
from blueprint.runtime.description import read_description
from blueprint.runtime.operators import Process, processes_of
from blueprint.runtime.redaction import Redaction
from blueprint.runtime.secret_names import redaction_of
from blueprint.spec.load import load_spec
from blueprint.workspace.project import find_project

ACTIONS = ("list", "show", "replay", "skip")

_COMMAND = "dead-letters"
_DONE = {"replay": "replayed", "skip": "skipped"}


class Request(Struct, frozen=True):
    """What the command line asks for."""

    action: str
    ids: tuple[str, ...]
    service: str | None
    all: bool


class Letter(Struct, frozen=True):
    """A dead letter, with the process that has it."""

    process: Process
    row: Mapping[str, object]

    @property
    def id(self) -> str:
        """The id that the process knows it by."""
        return str(self.row.get("id", ""))

    @property
    def service(self) -> str:
        """The service whose action failed, or the process."""
        name, dot, _ = str(self.row.get("handler", "")).partition(".")
        return name if dot else self.process.name


def settle(terminal: Terminal, directory: Path, urls: Sequence[str], request: Request) -> Result:
    """Do it, and say what was done.

    Raises UsageError, SpecError, MachineError, SystemFailed.
    """
    _check(request)
    root = find_project(directory)
    description = read_description(root)
    processes = processes_of(root, description, os.environ, urls)
    letters = [
        letter
        for process in processes
        for letter in _letters(process)
        if request.service is None or _is_of(letter, request.service)
    ]
    if not letters and request.service is not None:  # a service that was removed may still have some
        spec = load_spec((root / SPEC).read_text(encoding="utf-8-sig"), SPEC)
        refuse_unknown_service(spec, request.service, [process.name for process in processes])
    if request.action == "list":
        return _listed(terminal, letters)
    chosen = letters if request.all else [_chosen(letters, id) for id in request.ids]
    if request.action == "show":
        return _shown(terminal, chosen, redaction_of(root, description))
    return _settled(terminal, chosen, request.action)


def _check(request: Request) -> None:
    if request.action not in ACTIONS:
        hint = f"blueprint dead-letters takes {', '.join(ACTIONS)}"
        raise UsageError(Problem("usage", f"dead letters have no {request.action!r}", hint))
    if request.action != "list" and bool(request.ids) == request.all:
        hint = f"blueprint dead-letters {request.action} ID, or --all"
        raise UsageError(Problem("usage", f"{request.action} takes ids or --all", hint))
    if request.action == "list" and (request.ids or request.all):
        raise UsageError(Problem("usage", "list takes no ids", "blueprint dead-letters show ID"))


def _letters(process: Process) -> list[Letter]:
    answer = process.get("dead-letters")
    try:
        return [Letter(process, row) for row in convert(answer["items"], list[dict[str, object]])]
    except (ValidationError, LookupError, TypeError):
        raise SystemFailed(process.unexpected("no dead letters")) from None


def _is_of(letter: Letter, service: str) -> bool:
    wanted = service.replace("_", "-")
    return wanted in (letter.service.replace("_", "-"), letter.process.name.replace("_", "-"))


def _chosen(letters: Sequence[Letter], id: str) -> Letter:
    """The one of this id, or the only one whose id begins so."""
    matching = [letter for letter in letters if letter.id == id] or [
        letter for letter in letters if letter.id.startswith(id)
    ]
    if len(matching) == 1:
        return matching[0]
    if not matching:
        raise UsageError(
            Problem("no-dead-letter", f"no dead letter has the id {id[:80]}", "blueprint dead-letters")
        )
    message = f"the ids of {len(matching)} dead letters begin with {id[:80]}"
    raise UsageError(Problem("no-dead-letter", message, "write more of the id"))


def _listed(terminal: Terminal, letters: Sequence[Letter]) -> Result:
    rows = [_summary(letter) for letter in letters]
    if rows:
        columns = ("id", "failed", "service", "handler", "key", "attempts", "error")
        for line in grid(columns, rows, terminal.width):
            terminal.say(line)
    else:
        terminal.note("no dead letters")
    return Result(_COMMAND, "ok", 0, {"letters": rows})


def _summary(letter: Letter) -> dict[str, object]:
    row = letter.row
    return {
        "id": letter.id,
        "failed": _time(row.get("failed")),
        "service": letter.service,
        "process": letter.process.name,
        "handler": row.get("handler"),
        "key": row.get("key"),
        "attempts": row.get("attempts"),
        "error": row.get("error"),
    }


def _shown(terminal: Terminal, letters: Sequence[Letter], redaction: Redaction) -> Result:
    rows = [{**redaction.row(letter.row), "failed": _time(letter.row.get("failed"))} for letter in letters]
    for row in rows:
        for name in (
            "id",
            "handler",
            "key",
            "failed",
            "attempts",
            "error",
            "first_error",
            "traceparent",
            "body",
        ):
            terminal.say(f"{name:<12} {cell(row.get(name))}".rstrip())
        for line in str(row.get("stack") or "").rstrip().splitlines():
            terminal.say(f"  {line}")
    return Result(_COMMAND, "ok", 0, {"letters": rows})


def _settled(terminal: Terminal, letters: Sequence[Letter], action: str) -> Result:
    done: list[str] = []
    for letter in letters:
        if letter.process.post("dead-letters", letter.id, action):
            done.append(letter.id)
            terminal.say(f"{_DONE[action]} {letter.id} ({letter.row.get('handler')})")
        else:
            terminal.note(f"{letter.id} is no dead letter any more")
    if not letters:
        terminal.note("no dead letters")
    return Result(_COMMAND, "changed" if done else "unchanged", 0, {_DONE[action]: done})


def _time(seconds: object) -> str | None:
    if not isinstance(seconds, int | float):
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(timespec="seconds")
