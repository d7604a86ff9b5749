"""`blueprint test`."""

from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory
from blueprint.report.result import Result


def test(
    context: typer.Context,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGS", help="Arguments for pytest.", show_default=False)
    ] = None,
    directory: Directory = None,
) -> Result:
    """Run the project's tests with pytest, in a separate environment."""
    from blueprint.cli.checking import run_tests
    from blueprint.cli.paths import project_folder

    terminal: Terminal = context.obj
    return run_tests(terminal, project_folder(directory), arguments or ())
