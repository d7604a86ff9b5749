"""`blueprint lock`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.report.result import Result


def lock(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="The project; by default the one around the current folder.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
    directory: Annotated[
        Path | None,
        typer.Option("-C", "--dir", metavar="<path>", help="The project.", show_default=False),
    ] = None,
) -> Result:
    """Update both locks of a project to match its pyproject.toml, changing as few versions as possible."""
    from blueprint.cli.locking import relock
    from blueprint.cli.paths import project_folder
    from blueprint.cli.reporting import report_locks

    terminal: Terminal = context.obj
    done = relock(project_folder(folder, directory), terminal.progress, dry_run=dry_run)
    return report_locks(terminal, "lock", done, dry_run=dry_run)
