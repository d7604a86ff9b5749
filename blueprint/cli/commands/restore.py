"""`blueprint restore`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.report.result import Result


def restore(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files that blueprint writes.")],
    force: Annotated[
        bool, typer.Option("--force", help="Also over your edits, which then stay as FILE.mine.")
    ] = False,
    directory: Annotated[
        Path | None,
        typer.Option("-C", "--dir", metavar="<path>", help="Where the paths begin.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show a diff, change nothing.")] = False,
) -> Result:
    """Write files again that you deleted, moved, edited, or replaced by a link, as blueprint would now."""
    from blueprint.cli.choosing import report_fate

    return report_fate(context.obj, "restore", files, directory, force=force, dry_run=dry_run)
