"""`blueprint keep`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.report.result import Result


def keep(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files that blueprint wrote.")],
    directory: Annotated[
        Path | None,
        typer.Option("-C", "--dir", metavar="<path>", help="Where the paths begin.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show a diff, change nothing.")] = False,
) -> Result:
    """Make files yours: blueprint never changes them again, nor writes what you deleted."""
    from blueprint.cli.choosing import report_fate

    return report_fate(context.obj, "keep", files, directory, dry_run=dry_run)
