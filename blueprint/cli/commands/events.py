"""`blueprint events`."""

from typing import Annotated

import typer

from blueprint.cli.completion import complete_events, complete_services
from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory, Urls
from blueprint.report.result import Result


def events(
    context: typer.Context,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Keep showing new ones.")] = False,
    service: Annotated[
        str | None,
        typer.Option(
            metavar="<service>", help="Only those of this service.", autocompletion=complete_services
        ),
    ] = None,
    type: Annotated[
        str | None,
        typer.Option(
            metavar="<event>",
            help="Only those of this event, action or workflow. An event-driven system records who reacts.",
            autocompletion=complete_events,
        ),
    ] = None,
    limit: Annotated[
        str, typer.Option("-n", "--limit", metavar="<number>", help="The number of latest ones.")
    ] = "50",
    before: Annotated[
        str | None, typer.Option(metavar="<time>", help="Only those before this time, to page back.")
    ] = None,
    url: Urls = None,
    directory: Directory = None,
) -> Result:
    """Show recorded events, workflow steps and reactions, with their results."""
    from blueprint.cli.events import read_limit, read_time, show_events
    from blueprint.cli.paths import project_folder
    from blueprint.runtime.records import Filter

    terminal: Terminal = context.obj
    wanted = Filter(service, type, read_time(before))
    return show_events(
        terminal, project_folder(directory), url or (), wanted, read_limit(limit), following=follow
    )
