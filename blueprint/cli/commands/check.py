"""`blueprint check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.report.result import Result

_DRIFT = 1


def check(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
) -> Result:
    """Say whether `blueprint sync` would change something; for CI. What you edited is no drift."""
    from blueprint.cli.places import command_for, near
    from blueprint.cli.reporting import note_recovery
    from blueprint.cli.synchronising import survey
    from blueprint.report.changes import change_data, change_lines, conflict_problem, summary

    terminal: Terminal = context.obj
    found = survey(directory)
    note_recovery(terminal, found.recovered)
    changes = found.changes
    data = {"path": str(found.root), "changes": change_data(changes)}
    if not (changes.steps or changes.conflicts):
        terminal.say(f"{found.root} is as its blueprint.yaml says")
        return Result("check", "ok", data=data)
    terminal.say(f"{found.root} is not as its blueprint.yaml says: {summary(changes)}")
    for line in change_lines(changes):
        terminal.say(line)
    terminal.note(f"next: {command_for('sync', found.root)}")
    problems = tuple(conflict_problem(each, near(found.root / each.path)) for each in changes.conflicts)
    return Result("check", "drift", _DRIFT, data, problems)
