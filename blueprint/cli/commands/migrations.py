"""`blueprint migrations`."""

from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory, ProjectArgument
from blueprint.errors import Problem, UsageError
from blueprint.report.result import Result


def migrations(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="fetch", help="Restore applied migrations.")],
    folder: ProjectArgument = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
    directory: Directory = None,
) -> Result:
    """Restore lost or edited migrations from the project's databases."""
    from blueprint.cli.fetching import COMMAND, fetch
    from blueprint.cli.paths import project_folder
    from blueprint.cli.reporting import report_changes

    if action != "fetch":
        raise UsageError(Problem("usage", f"unknown action {action!r}", "blueprint migrations fetch"))
    terminal: Terminal = context.obj
    done = fetch(project_folder(directory, folder), terminal.progress, dry_run=dry_run)
    data = {"skipped": list(done.skipped)}
    result = report_changes(terminal, COMMAND, done.root, done.changes, dry_run=dry_run, data=data)
    for service in done.skipped:
        terminal.note(f"migrations of {service} are skipped: the project has no folder with this name")
    if result.status == "changed" and not dry_run:
        terminal.note("next: blueprint sync, after deleting the files that it reports as conflicting, if any")
    return result
