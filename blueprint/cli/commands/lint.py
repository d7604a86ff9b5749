"""`blueprint lint`."""

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory
from blueprint.report.result import Result


def lint(context: typer.Context, directory: Directory = None) -> Result:
    """Check the project's code with ruff, import-linter and mypy. All checks run, even if one fails."""
    from blueprint.cli.checking import run_checks
    from blueprint.cli.paths import project_folder

    terminal: Terminal = context.obj
    return run_checks(terminal, project_folder(directory))
