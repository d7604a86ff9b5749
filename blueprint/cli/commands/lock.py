"""`blueprint lock`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.report.result import Result


def lock(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show a diff, change nothing.")] = False,
) -> Result:
    """Bring both locks of a project to what its pyproject.toml says; what still fits keeps its version."""
    from blueprint.cli.locking import relock
    from blueprint.cli.reporting import report_locks

    terminal: Terminal = context.obj
    done = relock(directory, terminal.progress, dry_run=dry_run)
    return report_locks(terminal, "lock", done, dry_run=dry_run)
