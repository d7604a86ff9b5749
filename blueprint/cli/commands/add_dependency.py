"""`blueprint add-dependency`."""

from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory
from blueprint.report.result import Result


def add_dependency(
    context: typer.Context,
    requirement: Annotated[
        list[str], typer.Argument(metavar="REQUIREMENT...", help='A package: httpx, or "httpx>=0.28,<1".')
    ],
    dev: Annotated[bool, typer.Option("--dev", help="Add it as a development dependency.")] = False,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
    directory: Directory = None,
) -> Result:
    """Add packages to pyproject.toml and both locks of a project."""
    from blueprint.cli.locking import add_dependencies
    from blueprint.cli.paths import project_folder
    from blueprint.cli.reporting import report_locks

    terminal: Terminal = context.obj
    done = add_dependencies(
        project_folder(directory), requirement, terminal.progress, dev=dev, dry_run=dry_run
    )
    return report_locks(terminal, "add-dependency", done, dry_run=dry_run)
