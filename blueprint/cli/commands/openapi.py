"""`blueprint openapi`."""

from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory, ProjectArgument
from blueprint.report.result import Result

_DRIFT = 1


def openapi(
    context: typer.Context,
    folder: ProjectArgument = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if the file is outdated. For CI.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
    directory: Directory = None,
) -> Result:
    """Write docs/openapi.json from the application's routes, with errors and security."""
    from blueprint.cli.documenting import COMMAND, refresh
    from blueprint.cli.paths import command_for, near, project_folder
    from blueprint.cli.reporting import note_recovery, report_changes
    from blueprint.errors import Problem
    from blueprint.plan.api import OPENAPI

    terminal: Terminal = context.obj
    done = refresh(project_folder(directory, folder), terminal.progress, dry_run=dry_run or check)
    note_recovery(terminal, done.recovered)
    result = report_changes(terminal, COMMAND, done.root, done.changes, dry_run=dry_run or check)
    if not (check and result.status == "changed"):
        return result
    hint = command_for(COMMAND, done.root)
    problem = Problem("outdated-document", "the application differs", hint, near(done.root / OPENAPI))
    return Result(COMMAND, "drift", _DRIFT, result.data, (problem,))
