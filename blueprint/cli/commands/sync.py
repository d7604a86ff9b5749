"""`blueprint sync`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.report.result import Result


def sync(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show a diff, change nothing.")] = False,
    start_empty: Annotated[
        bool,
        typer.Option("--start-empty", help="Also if the system then no longer finds what it has stored."),
    ] = False,
) -> Result:
    """Bring a project to what its blueprint.yaml says; what you wrote stays."""
    from blueprint.cli.reporting import (
        gone_data,
        left_data,
        note_gone,
        note_left,
        note_next,
        note_recovery,
        report_changes,
    )
    from blueprint.cli.synchronising import synchronise

    terminal: Terminal = context.obj
    done = synchronise(directory, dry_run=dry_run, start_empty=start_empty)
    note_recovery(terminal, done.recovered)
    data = gone_data(done) | left_data(done.left)
    result = report_changes(terminal, "sync", done.root, done.changes, dry_run=dry_run, data=data)
    note_gone(terminal, done)
    note_left(terminal, done.left)
    note_next(terminal, result, done.root, dry_run=dry_run)
    return result
