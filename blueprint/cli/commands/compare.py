"""`blueprint compare`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.completion import complete_patterns
from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory
from blueprint.report.result import Result

if TYPE_CHECKING:
    from blueprint.knowledge.comparison import Comparison
    from blueprint.report.comparing.formats import Format

_FILE_WIDTH = 100


def compare(
    context: typer.Context,
    patterns: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATTERN",
            help="The patterns to compare; all by default.",
            autocompletion=complete_patterns,
        ),
    ] = None,
    needs: Annotated[
        str | None, typer.Option("--for", metavar="<path>", help="A needs.yaml with your needs.")
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for missing needs.")] = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask questions, even with --ask.")] = False,
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="<criterion=n>", help="The weight of a criterion, 0 to 100. Repeatable."),
    ] = None,
    without_gate: Annotated[
        list[str] | None,
        typer.Option(metavar="<gate>", help="Do not apply a gate, such as callers-wait. Repeatable."),
    ] = None,
    problem: Annotated[
        str | None, typer.Option(help="Show solutions to a problem, such as tight-coupling.")
    ] = None,
    rate: Annotated[
        str | None, typer.Option(metavar="<n>", help="Estimate the resources for N requests per second.")
    ] = None,
    prices: Annotated[
        str | None, typer.Option(metavar="<path>", help="A file with your own prices and assumptions.")
    ] = None,
    print_prices: Annotated[
        bool, typer.Option("--print-prices", help="Print the prices and assumptions, to edit for --prices.")
    ] = False,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="<name>", help="The format: table, markdown, json, html or madr."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="<path>", help="Write the report to a file.")
    ] = None,
    directory: Directory = None,
) -> Result:
    """Compare the architecture patterns for your needs, with sources."""
    from blueprint.cli.comparing import Flags, refuse_missing_folder, request_of, wanted_format
    from blueprint.cli.project_context import built_parts, compared_project
    from blueprint.knowledge.base import load_knowledge_base
    from blueprint.knowledge.comparison import compare as compared
    from blueprint.report.comparing.data import as_data

    terminal: Terminal = context.obj
    if print_prices:
        others = (patterns, needs, ask, weight, without_gate, problem, rate, prices, form)
        return _print_prices(output, terminal, alone=not any(others))
    chosen = wanted_format(form, output)
    if output is not None:
        refuse_missing_folder(output)
    base = load_knowledge_base()
    flags = Flags(
        patterns or (), needs, ask and not yes, weight or (), problem, rate, prices, without_gate or ()
    )
    project = compared_project(directory)
    comparison = compared(request_of(flags, project, base, terminal), base)
    built = built_parts()
    if output is not None:
        _write(Path(output), _text(comparison, chosen, built, terminal, to_file=True), terminal)
    elif not terminal.json:
        terminal.show(_text(comparison, chosen, built, terminal, to_file=False))
    _note_what_next(comparison, terminal)
    return Result("compare", "ok", data=as_data(comparison, built) if terminal.json else {})


def _print_prices(output: str | None, terminal: Terminal, *, alone: bool) -> Result:
    """Print the included price book, or write it to a file."""
    from blueprint.cli.comparing import refuse_missing_folder
    from blueprint.errors import Problem, UsageError
    from blueprint.knowledge.prices import FILE

    if not alone:
        hint = "blueprint compare --print-prices -o prices.yaml"
        raise UsageError(Problem("usage", "--print-prices takes no other option than -o", hint))
    text = FILE.read_text("utf-8").rstrip()
    if output is not None:
        refuse_missing_folder(output)
        _write(Path(output), text, terminal)
    elif not terminal.json:
        terminal.show(text)
    terminal.note(f"next: edit it, then blueprint compare --prices {output or 'FILE'}")
    return Result("compare", "ok", data={"text": text} if terminal.json else {})


def _text(
    comparison: "Comparison", form: "Format", built: frozenset[str], terminal: Terminal, *, to_file: bool
) -> str:
    import shutil
    from datetime import date

    from blueprint.report.comparing.formats import Setting, rendered

    width = _FILE_WIDTH if to_file else shutil.get_terminal_size((80, 24)).columns
    return rendered(comparison, form, Setting(built, date.today(), width, terminal.colored and not to_file))


def _write(file: Path, text: str, terminal: Terminal) -> None:
    from blueprint.workspace.single import write_file

    write_file(file, f"{text}\n")
    terminal.say(f"wrote {file}")


def _note_what_next(comparison: "Comparison", terminal: Terminal) -> None:
    from blueprint.cli.comparing import next_command

    if project := comparison.request.project:
        terminal.note(f"using the services and events of {project.name}, currently {project.pattern}")
    terminal.note(f"next: {next_command(comparison)}")
