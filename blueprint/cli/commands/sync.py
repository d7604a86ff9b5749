"""`blueprint sync`."""

from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory, ProjectArgument
from blueprint.report.result import Result


def sync(
    context: typer.Context,
    folder: ProjectArgument = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
    start_empty: Annotated[
        bool,
        typer.Option("--start-empty", help="Allow changes that disconnect the system from its stored data."),
    ] = False,
    packs: Annotated[
        list[str] | None, typer.Option(metavar="<folder|name>", help="Add packs, or update them.")
    ] = None,
    directory: Directory = None,
) -> Result:
    """Update a project to match its blueprint.yaml, preserving your edits."""
    from blueprint.cli.pack_sources import brought_by
    from blueprint.cli.paths import project_folder
    from blueprint.cli.reporting import (
        command_after,
        gone_data,
        left_data,
        note_gone,
        note_left,
        note_next,
        note_packs,
        note_recovery,
        pending_problems,
        report_changes,
    )
    from blueprint.cli.synchronising import synchronise

    terminal: Terminal = context.obj
    brought = brought_by(packs or ())
    done = synchronise(
        project_folder(directory, folder), dry_run=dry_run, start_empty=start_empty, brought=brought
    )
    note_recovery(terminal, done.recovered)
    data = gone_data(done) | left_data(done.left)
    result = report_changes(
        terminal, "sync", done.root, done.changes, dry_run=dry_run, data=data, pending=pending_problems(done)
    )
    note_gone(terminal, done)
    note_packs(terminal, done.packs)
    note_left(terminal, done.left)
    note_next(terminal, result, done.root, dry_run=dry_run, command=command_after(done.changes))
    return result
