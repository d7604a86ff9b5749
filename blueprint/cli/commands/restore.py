"""`blueprint restore`."""

from typing import Annotated

import typer

from blueprint.cli.parameters import Directory
from blueprint.report.result import Result


def restore(
    context: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Files written by blueprint; relative to the folder of -C."),
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite your edits, saving them as FILE.mine.")
    ] = False,
    directory: Directory = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
) -> Result:
    """Restore the generated version of files that you deleted, moved, edited or replaced by a link."""
    from blueprint.cli.choosing import report_fate

    return report_fate(context.obj, "restore", files, directory, force=force, dry_run=dry_run)
