"""`blueprint events`."""

from typing import Annotated

import typer

from blueprint.cli.completion import complete_events, complete_services
from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory, Urls
from blueprint.report.result import Result


def events(
    context: typer.Context,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on with all that comes.")] = False,
    service: Annotated[
        str | None,
        typer.Option(metavar="<service>", help="Of this service only.", autocompletion=complete_services),
    ] = None,
    type: Annotated[
        str | None,
        typer.Option(
            metavar="<event>", help="Of this event, action or workflow.", autocompletion=complete_events
        ),
    ] = None,
    limit: Annotated[str, typer.Option("-n", "--limit", metavar="<number>", help="The latest ones.")] = "50",
    before: Annotated[
        str | None, typer.Option(metavar="<time>", help="From before this time, to page back.")
    ] = None,
    url: Urls = None,
    directory: Directory = None,
) -> Result:
    """Show what the services record of their work: events, steps, reactions, and how they ended."""
    from blueprint.cli.events import read_limit, read_time, show_events
    from blueprint.cli.paths import project_folder
    from blueprint.runtime.records import Filter

    terminal: Terminal = context.obj
    wanted = Filter(service, type, read_time(before))
    return show_events(
        terminal, project_folder(directory), url or (), wanted, read_limit(limit), following=follow
    )
