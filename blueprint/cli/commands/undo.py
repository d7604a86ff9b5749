"""`blueprint undo`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.report.result import Result


def undo(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show a diff, change nothing.")] = False,
) -> Result:
    """Take back the last change that blueprint made, unless you edited it since."""
    from blueprint.cli.paths import command_for
    from blueprint.cli.reporting import left_data, note_recovery, report_changes
    from blueprint.cli.undoing import take_back

    terminal: Terminal = context.obj
    done = take_back(directory, dry_run=dry_run)
    note_recovery(terminal, done.recovered)
    data = {"undone": done.command, **left_data(done.left)}
    result = report_changes(terminal, "undo", done.root, done.changes, dry_run=dry_run, data=data)
    if done.left and done.left.unread:
        since = ", ".join(done.left.unread)
        terminal.note(f"what was stored before is back; what was stored since stays in {since}")
    terminal.note(f"next: {command_for('undo' if dry_run else 'check', done.root)}")
    return result
