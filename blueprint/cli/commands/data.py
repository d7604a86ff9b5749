"""`blueprint data`."""

from typing import Annotated

import typer

from blueprint.cli.completion import complete_fields, complete_services, complete_tables
from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory
from blueprint.report.result import Result


def data(
    context: typer.Context,
    service: Annotated[str, typer.Argument(help="The service.", autocompletion=complete_services)],
    table: Annotated[
        str | None,
        typer.Argument(
            help="The table; by default that of the service.",
            show_default=False,
            autocompletion=complete_tables,
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="<names>", help="Only these columns, separated by commas.", autocompletion=complete_fields
        ),
    ] = None,
    tables: Annotated[bool, typer.Option("--tables", help="List the tables instead.")] = False,
    limit: Annotated[
        str, typer.Option("-n", "--limit", metavar="<number>", help="The number of rows per page.")
    ] = "20",
    page: Annotated[str, typer.Option("--page", metavar="<number>", help="The page.")] = "1",
    directory: Directory = None,
) -> Result:
    """Print rows of a service, read-only and without secrets. The system need not be running."""
    from blueprint.cli.data import Request, read_number, show_data
    from blueprint.cli.paths import project_folder

    terminal: Terminal = context.obj
    request = Request(
        service,
        table,
        tuple(name.strip() for name in columns.split(",")) if columns else (),
        read_number(limit, "--limit", 1000),
        read_number(page, "--page", 1_000_000),
        tables,
    )
    return show_data(terminal, project_folder(directory), request)
