"""`blueprint check`."""

from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory, ProjectArgument
from blueprint.errors import Problem, UsageError
from blueprint.report.result import Result

if TYPE_CHECKING:
    from blueprint.cli.synchronising import Synchronised

_DRIFT = 1
_SHOWN = 5


def check(
    context: typer.Context,
    folder: ProjectArgument = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="<ref>", help="Also check events for compatibility with this commit, tag or branch."
        ),
    ] = None,
    directory: Directory = None,
) -> Result:
    """Check whether `blueprint sync` would change anything, for CI. Your edits do not count."""
    from blueprint.cli.paths import command_for, near, project_folder
    from blueprint.cli.reporting import note_recovery, pending_problems
    from blueprint.cli.synchronising import survey
    from blueprint.report.changes import (
        change_data,
        change_lines,
        conflict_problem,
        summary,
    )

    terminal: Terminal = context.obj
    project = survey(project_folder(directory, folder))
    note_recovery(terminal, project.recovered)
    changes = project.changes
    data: dict[str, object] = {"path": str(project.root), "changes": change_data(changes)}
    if (connections := _connections(project)) is not None:
        data["connections"] = connections
        terminal.note(f"production opens up to {connections} connections to the database")
    misfits = (
        *_outdated(project),
        *_failing(project),
        *_crowded(project),
        *(_misfits(project, against) if against is not None else ()),
    )
    pending = pending_problems(project)
    if not (changes.steps or changes.conflicts):
        settled = f"{project.root} matches its blueprint.yaml"
        terminal.say(f"{settled}, except for unresolved conflicts" if pending else settled)
        problems = (*pending, *misfits)
        return Result("check", "drift" if problems else "ok", _DRIFT if problems else 0, data, problems)
    terminal.say(f"{project.root} does not match its blueprint.yaml: {summary(changes)}")
    for line in change_lines(changes):
        terminal.say(line)
    terminal.note(f"next: {command_for('sync', project.root)}")
    problems = tuple(conflict_problem(each, near(project.root / each.path)) for each in changes.conflicts)
    leaves = (project.left.problem,) if project.left else ()
    misfits = (*_changed_packs(project), *misfits)
    return Result("check", "drift", _DRIFT, data, (*problems, *pending, *leaves, *misfits))


def _outdated(project: "Synchronised") -> "tuple[Problem, ...]":
    """The outdated parts of the OpenAPI document that `sync` does not update."""
    from blueprint.cli.paths import command_for, near
    from blueprint.plan.api import OPENAPI

    if not project.outdated or any(change.path == OPENAPI for change in project.changes.changes):
        return ()
    parts = ", ".join(project.outdated[:_SHOWN]) + (", …" if len(project.outdated) > _SHOWN else "")
    message = f"the document lags behind blueprint.yaml: {parts}"
    hint = command_for("openapi", project.root)
    return (Problem("outdated-document", message, hint, near(project.root / OPENAPI)),)


def _changed_packs(project: "Synchronised") -> "tuple[Problem, ...]":
    """External packs that have changed since the last sync."""
    from blueprint.cli.paths import command_for, near
    from blueprint.plan.provenance import PACKS_FILE

    hint, location = command_for("sync", project.root), near(project.root / PACKS_FILE)
    return tuple(Problem("pack-changed", line, hint, location) for line in project.packs)


def _failing(project: "Synchronised") -> "tuple[Problem, ...]":
    """Migrations that would fail at startup."""
    from blueprint.evolution.replay import migration_problems
    from blueprint.workspace.machine import machine_errors

    with machine_errors(project.root):
        problems = list(migration_problems(project.root, project.spec.name, project.deployables))
    return tuple(problems)


def _crowded(project: "Synchronised") -> "tuple[Problem, ...]":
    """A database limit that is too low for the instances in production."""
    from blueprint.evolution.connections import connection_problems
    from blueprint.workspace.machine import machine_errors

    with machine_errors(project.root):
        return tuple(connection_problems(project.root, project.deployables))


def _connections(project: "Synchronised") -> int | None:
    """How many connections to a database server production opens at most."""
    from blueprint.evolution.connections import most_connections
    from blueprint.workspace.machine import machine_errors

    with machine_errors(project.root):
        return most_connections(project.root, project.deployables)


def _misfits(project: "Synchronised", ref: str) -> "tuple[Problem, ...]":
    """Events that are incompatible with those at the commit."""
    from blueprint.cli.row_names import with_released_singulars
    from blueprint.compatibility import incompatibilities
    from blueprint.spec.load import load_spec
    from blueprint.workspace.git import released_spec

    text = released_spec(project.root, ref)
    if text is None:
        hint = "--against takes a commit, tag or branch of this repository; CI must have fetched it"
        raise UsageError(Problem("unknown-ref", f"git has no blueprint.yaml at {ref!r}", hint))
    before = load_spec(
        with_released_singulars(text, project.spec, project.root, ref), f"{ref}:blueprint.yaml"
    )
    return incompatibilities(before, project.spec)
