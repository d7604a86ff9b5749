"""`blueprint take`."""

from typing import Annotated

import typer

from blueprint.cli.parameters import Directory
from blueprint.report.result import Result


def take(
    context: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files owned by you; relative to the folder of -C.")
    ],
    directory: Directory = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
) -> Result:
    """Hand files back to blueprint, which updates them again and treats your changes as edits."""
    from blueprint.cli.choosing import report_fate

    return report_fate(context.obj, "take", files, directory, dry_run=dry_run)
