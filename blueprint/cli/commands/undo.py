"""`blueprint undo`."""

from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory, ProjectArgument
from blueprint.report.result import Result


def undo(
    context: typer.Context,
    folder: ProjectArgument = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
    directory: Directory = None,
) -> Result:
    """Revert the last change made by blueprint, unless you edited its files since."""
    from blueprint.cli.paths import command_for, project_folder
    from blueprint.cli.reporting import left_data, note_recovery, report_changes
    from blueprint.cli.undoing import take_back

    terminal: Terminal = context.obj
    done = take_back(project_folder(directory, folder), dry_run=dry_run)
    note_recovery(terminal, done.recovered)
    data = {"undone": done.command, **left_data(done.left)}
    result = report_changes(terminal, "undo", done.root, done.changes, dry_run=dry_run, data=data)
    if done.left and done.left.unread:
        since = ", ".join(done.left.unread)
        terminal.note(f"the earlier data is in use again; data stored since stays in {since}")
    terminal.note(f"next: {command_for('undo' if dry_run else 'check', done.root)}")
    return result
