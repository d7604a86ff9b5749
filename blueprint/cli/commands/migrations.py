"""`blueprint migrations`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.errors import Problem, UsageError
from blueprint.report.result import Result


def migrations(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="fetch", help="Write back what ran in the databases.")],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show a diff, change nothing.")] = False,
) -> Result:
    """Bring back the text of migrations that ran in the project's databases, and that are gone or edited."""
    from blueprint.cli.fetching import COMMAND, fetch
    from blueprint.cli.reporting import report_changes

    if action != "fetch":
        raise UsageError(
            Problem("usage", f"there is no {action!r} of migrations", "blueprint migrations fetch")
        )
    terminal: Terminal = context.obj
    done = fetch(directory, terminal.progress, dry_run=dry_run)
    data = {"skipped": list(done.skipped)}
    result = report_changes(terminal, COMMAND, done.root, done.changes, dry_run=dry_run, data=data)
    for service in done.skipped:
        terminal.note(f"what ran of {service} is left out: the project has no folder of that name")
    if result.status == "changed" and not dry_run:
        terminal.note(
            "next: delete each file that clashes with one of these and has not run, then blueprint sync"
        )
    return result
