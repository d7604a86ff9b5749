"""`blueprint check`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.errors import Problem, UsageError
from blueprint.report.result import Result

if TYPE_CHECKING:
    from blueprint.cli.synchronising import Synchronised

_DRIFT = 1


def check(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
    against: Annotated[
        str | None, typer.Option(metavar="<ref>", help="A commit, tag or branch whose events must still fit.")
    ] = None,
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
    misfits = _misfits(found, against) if against is not None else ()
    if not (changes.steps or changes.conflicts):
        terminal.say(f"{found.root} is as its blueprint.yaml says")
        return Result("check", "drift" if misfits else "ok", _DRIFT if misfits else 0, data, misfits)
    terminal.say(f"{found.root} is not as its blueprint.yaml says: {summary(changes)}")
    for line in change_lines(changes):
        terminal.say(line)
    terminal.note(f"next: {command_for('sync', found.root)}")
    problems = tuple(conflict_problem(each, near(found.root / each.path)) for each in changes.conflicts)
    return Result("check", "drift", _DRIFT, data, (*problems, *misfits))


def _misfits(found: "Synchronised", ref: str) -> "tuple[Problem, ...]":
    """What no longer fits those who know the events as they were at that commit."""
    from blueprint.compatibility import incompatibilities
    from blueprint.spec.load import load_spec
    from blueprint.workspace.git import released_spec

    text = released_spec(found.root, ref)
    if text is None:
        hint = "--against takes a commit, tag or branch of this repository; CI must have fetched it"
        raise UsageError(Problem("unknown-ref", f"git has no blueprint.yaml at {ref!r}", hint))
    return incompatibilities(load_spec(text, f"{ref}:blueprint.yaml"), found.spec)
