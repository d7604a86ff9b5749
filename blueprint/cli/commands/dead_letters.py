"""`blueprint dead-letters`."""

from typing import Annotated

import typer

from blueprint.cli.completion import complete_choices, complete_services
from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory, Urls
from blueprint.report.result import Result


def dead_letters(
    context: typer.Context,
    action: Annotated[
        str,
        typer.Argument(
            metavar="list|show|replay|skip",
            help="What to do with them.",
            autocompletion=complete_choices("list", "show", "replay", "skip"),
        ),
    ] = "list",
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Of dead letters, or how they begin.", show_default=False),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All that are listed, instead of ids.")] = False,
    service: Annotated[
        str | None,
        typer.Option(metavar="<service>", help="Of this service only.", autocompletion=complete_services),
    ] = None,
    url: Urls = None,
    directory: Directory = None,
) -> Result:
    """List work that failed for good, show it, try it again, or give it up."""
    from blueprint.cli.dead_letters import Request, settle
    from blueprint.cli.paths import project_folder

    terminal: Terminal = context.obj
    return settle(
        terminal, project_folder(directory), url or (), Request(action, tuple(ids or ()), service, all_)
    )
