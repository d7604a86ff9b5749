"""`blueprint keep`."""

from typing import Annotated

import typer

from blueprint.cli.parameters import Directory
from blueprint.report.result import Result


def keep(
    context: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Files written by blueprint; relative to the folder of -C."),
    ],
    directory: Directory = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
) -> Result:
    """Take over files: blueprint no longer changes them, or recreates them if you deleted them."""
    from blueprint.cli.choosing import report_fate

    return report_fate(context.obj, "keep", files, directory, dry_run=dry_run)
