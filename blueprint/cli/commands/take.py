"""`blueprint take`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.report.result import Result


def take(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files that you own.")],
    directory: Annotated[
        Path | None,
        typer.Option("-C", "--dir", metavar="<path>", help="Where the paths begin.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show a diff, change nothing.")] = False,
) -> Result:
    """Let files that you own follow blueprint again; what you wrote in them counts as an edit."""
    from blueprint.cli.choosing import report_fate

    return report_fate(context.obj, "take", files, directory, dry_run=dry_run)
