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
_SHOWN = 5


def check(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
    against: Annotated[
        str | None, typer.Option(metavar="<ref>", help="A commit, tag or branch whose events must still fit.")
    ] = None,
) -> Result:
    """Say whether `blueprint sync` would change something; for CI. What you edited is no drift."""
    from blueprint.cli.paths import command_for, near
    from blueprint.cli.reporting import note_recovery
    from blueprint.cli.synchronising import survey
    from blueprint.report.changes import (
        change_data,
        change_lines,
        conflict_problem,
        pending_problem,
        summary,
    )

    terminal: Terminal = context.obj
    found = survey(directory)
    note_recovery(terminal, found.recovered)
    changes = found.changes
    data = {"path": str(found.root), "changes": change_data(changes)}
    misfits = (
        *_outdated(found),
        *_failing(found),
        *(_misfits(found, against) if against is not None else ()),
    )
    told = {change.path for change in changes.conflicts}
    pending = tuple(
        pending_problem(side, near(found.root / path))
        for side, path in found.beside.items()
        if path not in told
    )
    if not (changes.steps or changes.conflicts):
        settled = f"{found.root} is as its blueprint.yaml says"
        terminal.say(f"{settled}, but for what you have still to settle" if pending else settled)
        problems = (*pending, *misfits)
        return Result("check", "drift" if problems else "ok", _DRIFT if problems else 0, data, problems)
    terminal.say(f"{found.root} is not as its blueprint.yaml says: {summary(changes)}")
    for line in change_lines(changes):
        terminal.say(line)
    terminal.note(f"next: {command_for('sync', found.root)}")
    problems = tuple(conflict_problem(each, near(found.root / each.path)) for each in changes.conflicts)
    leaves = (found.left.problem,) if found.left else ()
    return Result("check", "drift", _DRIFT, data, (*problems, *pending, *leaves, *misfits))


def _outdated(found: "Synchronised") -> "tuple[Problem, ...]":
    """Where the OpenAPI document is older than the spec, and `sync` does not bring it up to date."""
    from blueprint.cli.paths import command_for, near
    from blueprint.plan.api import OPENAPI

    if not found.outdated or any(change.path == OPENAPI for change in found.changes.changes):
        return ()
    parts = ", ".join(found.outdated[:_SHOWN]) + (", …" if len(found.outdated) > _SHOWN else "")
    message = f"the document is older than blueprint.yaml: {parts}"
    hint = command_for("openapi", found.root)
    return (Problem("outdated-document", message, hint, near(found.root / OPENAPI)),)


def _failing(found: "Synchronised") -> "tuple[Problem, ...]":
    """The migrations that a start would stop at."""
    from blueprint.evolution.replay import migration_problems
    from blueprint.workspace.machine import machine_errors

    with machine_errors(found.root):
        problems = list(migration_problems(found.root, found.spec.name, found.deployables))
    return tuple(problems)


def _misfits(found: "Synchronised", ref: str) -> "tuple[Problem, ...]":
    """What no longer fits those who know the events as they were at that commit."""
    from blueprint.cli.row_names import with_released_singulars
    from blueprint.compatibility import incompatibilities
    from blueprint.spec.load import load_spec
    from blueprint.workspace.git import released_spec

    text = released_spec(found.root, ref)
    if text is None:
        hint = "--against takes a commit, tag or branch of this repository; CI must have fetched it"
        raise UsageError(Problem("unknown-ref", f"git has no blueprint.yaml at {ref!r}", hint))
    before = load_spec(with_released_singulars(text, found.spec, found.root, ref), f"{ref}:blueprint.yaml")
    return incompatibilities(before, found.spec)
