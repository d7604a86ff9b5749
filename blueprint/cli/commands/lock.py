"""`blueprint lock`."""

from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory, ProjectArgument
from blueprint.report.result import Result


def lock(
    context: typer.Context,
    folder: ProjectArgument = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
    directory: Directory = None,
) -> Result:
    """Update both locks of a project to match its pyproject.toml, changing as few versions as possible."""
    from blueprint.cli.locking import relock
    from blueprint.cli.paths import project_folder
    from blueprint.cli.reporting import report_locks

    terminal: Terminal = context.obj
    done = relock(project_folder(directory, folder), terminal.progress, dry_run=dry_run)
    return report_locks(terminal, "lock", done, dry_run=dry_run)
