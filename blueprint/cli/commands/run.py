"""`blueprint run`."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.completion import complete_processes
from blueprint.cli.console import Console, Terminal
from blueprint.cli.parameters import Directory
from blueprint.report.result import Result

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from blueprint.report.pages.content import Pages
    from blueprint.runtime.description import Description
    from blueprint.runtime.kept_ports import ChoosePorts
    from blueprint.runtime.lifecycle import Running
    from blueprint.runtime.logs import Format, Logs


_ISSUER = "OIDC_ISSUER"
"""The variable that names an OpenID provider; without it, `run` starts one for development."""


class LogFormat(StrEnum):
    """How log lines are shown."""

    TEXT = "text"
    JSON = "json"


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DIR] [PROCESS]...",
            help="The project, by default the one around this folder; processes, by default all.",
            autocompletion=complete_processes,
        ),
    ] = None,
    directory: Directory = None,
    port: Annotated[
        str | None,
        typer.Option(
            metavar="<port>",
            help="The port of the gateway; the processes use the following ones. auto: any free ports.",
        ),
    ] = None,
    watch: Annotated[
        bool | None,
        typer.Option(
            "--watch/--no-watch",
            help="Restart processes when their files are saved. Default in a terminal.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[bool, typer.Option("--only", help="Do not start the gateway.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="One process in the foreground, for breakpoint().")
    ] = False,
    instances: Annotated[
        list[str] | None,
        typer.Option("--instances", metavar="PROCESS=N", help="Start N instances of a process. Repeatable."),
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Run the smoke test, then stop.")] = False,
    log: Annotated[
        LogFormat | None,
        typer.Option("--log", help="The format of log lines; by default text in a terminal, otherwise json."),
    ] = None,
    logs: Annotated[
        list[str] | None,
        typer.Option(
            "--logs",
            metavar="PROCESS",
            help="Show only the logs of this process. Repeatable.",
            autocompletion=complete_processes,
        ),
    ] = None,
) -> Result:
    """Start the system and show its logs. Ctrl-C stops it."""
    from msgspec.structs import asdict

    from blueprint.cli.run_target import debugged, not_started, read_target, started_programs
    from blueprint.report.pages.server import ADDRESS, serving
    from blueprint.runtime.ends import ProcessFailed
    from blueprint.runtime.foreground import run_in_foreground
    from blueprint.runtime.instances import read_instances, read_programs
    from blueprint.runtime.launches import Starting
    from blueprint.runtime.session import Audience, run_project

    terminal: Terminal = context.obj
    _refuse_together(debug=debug, smoke=smoke, watch=watch, json=terminal.json)
    target = read_target(words or (), directory)
    project, description = target.project, target.description
    ports = _ports(project, description, port, smoke=smoke)
    if debug:
        name = debugged(description, target.processes)
        starting = Starting(frozenset({name}), ports)
        code = run_in_foreground(
            project,
            description,
            starting,
            terminal.progress,
            lambda launch: terminal.note(
                f"{name} runs in the foreground at {launch.url}, press Ctrl-C to stop"
            ),
            _text_format(terminal.out, project, [name], log),
        )
        return Result("run", "ended", code)
    started = started_programs(description, target.processes, alone=only)
    for name, calls in not_started(description, started).items():
        terminal.note(f"{name} calls {' and '.join(calls)}, which this run does not start")
    is_watched = terminal.can_ask and not smoke if watch is None else watch
    starting = Starting(started, ports, is_watched)
    wanted = read_instances(instances or (), description)
    shown = read_programs("--logs", logs or (), description)
    pages = _pages_of(project, description)
    try:
        with serving(pages) as address:
            audience = Audience(
                progress=terminal.progress,
                open_logs=lambda names: _open_logs(terminal, project, names, log, shown),
                on_ready=lambda running: _announce(terminal, running, pages, smoke=smoke),
                on_prepared=lambda: _refresh_document(terminal, project, description),
                outputs=(1, 2),
                variables={ADDRESS: address},
            )
            run_project(project, description, audience, wanted, starting, smoke=smoke)
    except ProcessFailed as failure:
        for end in failure.ends:
            for line in end.last_lines:
                terminal.note(f"  {end.process} | {line}")
        first, *others = (asdict(end) for end in failure.ends)
        return Result("run", "error", failure.exit_code, {**first, "others": others}, failure.problems)
    return Result("run", "ok")


def _refuse_together(*, debug: bool, smoke: bool, watch: bool | None, json: bool) -> None:
    from blueprint.errors import Problem, UsageError

    options = {"--debug": debug, "--smoke": smoke, "--watch": bool(watch), "--json": json and debug}
    given = [name for name, is_given in options.items() if is_given]
    if len(given) > 1:
        raise UsageError(Problem("usage", f"{' and '.join(given)} do not go together", "leave one out"))


def _ports(project: Path, description: "Description", port: str | None, *, smoke: bool) -> "ChoosePorts":
    """Ports from --port, PORT, the spec, or the last run, in this order; a smoke test uses any by default."""
    from blueprint.runtime.kept_ports import AUTO, any_ports, kept_ports, read_base

    asked = read_base(port, "--port") or read_base(os.environ.get("PORT"), "PORT")
    if asked == AUTO or (asked is None and smoke):
        return any_ports
    base = description.port if asked is None else int(asked)
    return kept_ports(project, f"{description.data}/run", base)


def _refresh_document(terminal: Terminal, project: Path, description: "Description") -> None:
    """Update docs/openapi.json, which the gateway serves, to match the code."""
    from blueprint.cli.documenting import refresh_before_run

    if refresh_before_run(project, description, terminal.progress):
        terminal.note("docs/openapi.json was outdated and has been updated from the code")


def _pages_of(project: Path, description: "Description") -> "Pages":
    from blueprint.report.pages.content import Pages

    return Pages(
        description.name,
        description.pattern,
        description.entry,
        project / "docs",
        {program.name for program in description.programs if program.migrations},
        next((program.name for program in description.programs if program.unless == _ISSUER), None),
    )


def _open_logs(
    terminal: Terminal, project: Path, names: "Sequence[str]", log: LogFormat | None, only: "Collection[str]"
) -> "Logs":
    """Logs of the processes `names`, or of those that are instances of the programs in `only`."""
    from blueprint.report.logformat import plain_format
    from blueprint.runtime.instances import program_of
    from blueprint.runtime.logs import OWN_NAME, Logs

    console = terminal.err
    hidden = {name for name in names if only and program_of(name) not in only}
    shown = [*(name for name in names if name not in hidden), OWN_NAME]
    formatted = _text_format(console, project, shown, log) or plain_format(shown)
    return Logs(console.stream.fileno(), formatted, hidden)


def _text_format(
    console: Console, project: Path, names: "Sequence[str]", log: LogFormat | None
) -> "Format | None":
    """The format for people where it is wanted: by default at a terminal."""
    from blueprint.report.logformat import human_format

    if (log or (LogFormat.TEXT if console.is_terminal else LogFormat.JSON)) is LogFormat.JSON:
        return None
    return human_format(names, coloured=console.colored, columns=lambda: console.columns, project=project)


def _announce(terminal: Terminal, running: "Running", pages: "Pages", *, smoke: bool) -> None:
    """Print the addresses of the system, and show them on the start page behind the gateway."""
    from msgspec.structs import asdict

    pages.services = running.services
    has_gateway = any(service.name == pages.entry for service in running.services)
    docs = f", its API at {running.url}/docs" if has_gateway else ""
    terminal.say(f"{running.name} is ready at {running.url}{docs}", "strong")
    width = max(len(service.name) for service in running.services)
    for service in running.services:
        terminal.say(f"  {service.name:<{width}}  {service.url}")
    if not smoke:
        services = [asdict(service) for service in running.services]
        terminal.answer(Result("run", "ready", 0, {"url": running.url, "services": services}))
