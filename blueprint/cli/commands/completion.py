"""`blueprint completion`."""

from typing import Annotated

import typer

from blueprint.cli.completion import SHELLS, complete_choices, script
from blueprint.cli.console import Terminal
from blueprint.errors import Problem, UsageError
from blueprint.report.result import Result


def completion(
    context: typer.Context,
    shell: Annotated[
        str,
        typer.Argument(metavar="bash|zsh|fish", help="The shell.", autocompletion=complete_choices(*SHELLS)),
    ],
) -> Result:
    """Print the shell completion for commands, options, services, events and fields."""
    if shell not in SHELLS:
        raise UsageError(
            Problem("usage", f"there is no completion for {shell!r}", f"name one of {', '.join(SHELLS)}")
        )
    terminal: Terminal = context.obj
    text = script(shell)
    terminal.show(text)
    return Result("completion", "ok", 0, {"script": text})
