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
            help="The action.",
            autocompletion=complete_choices("list", "show", "replay", "skip"),
        ),
    ] = "list",
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Ids of dead letters, or unique prefixes.", show_default=False),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All listed dead letters, instead of ids.")] = False,
    service: Annotated[
        str | None,
        typer.Option(
            metavar="<service>", help="Only those of this service.", autocompletion=complete_services
        ),
    ] = None,
    url: Urls = None,
    directory: Directory = None,
) -> Result:
    """List, show, replay or skip tasks that failed permanently."""
    from blueprint.cli.dead_letters import Request, settle
    from blueprint.cli.paths import project_folder

    terminal: Terminal = context.obj
    return settle(
        terminal, project_folder(directory), url or (), Request(action, tuple(ids or ()), service, all_)
    )
