"""`blueprint take`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.report.result import Result


def take(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files owned by you.")],
    directory: Annotated[
        Path | None,
        typer.Option(
            "-C",
            "--dir",
            metavar="<path>",
            help="The folder to which the paths are relative.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
) -> Result:
    """Hand files back to blueprint, which updates them again and treats your changes as edits."""
    from blueprint.cli.choosing import report_fate

    return report_fate(context.obj, "take", files, directory, dry_run=dry_run)
