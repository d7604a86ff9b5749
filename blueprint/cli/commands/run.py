"""`blueprint run`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.report.result import Result

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from blueprint.runtime.description import Description
    from blueprint.runtime.lifecycle import Running
    from blueprint.runtime.logs import Logs


class LogFormat(StrEnum):
    """How log lines are shown."""

    TEXT = "text"
    JSON = "json"


def run(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
    instances: Annotated[
        list[str] | None,
        typer.Option("--instances", metavar="PROCESS=N", help="Start so many of a process. Repeatable."),
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Run the project's smoke test, then stop.")] = False,
    log: Annotated[
        LogFormat | None,
        typer.Option("--log", help="The format of log lines: text at a terminal, else json."),
    ] = None,
    logs: Annotated[
        list[str] | None,
        typer.Option("--logs", metavar="PROCESS", help="Show the logs of this process only. Repeatable."),
    ] = None,
) -> Result:
    """Start the system and show its logs until Ctrl-C."""
    from msgspec.structs import asdict

    from blueprint.runtime.description import read_description
    from blueprint.runtime.ends import ProcessFailed
    from blueprint.runtime.instances import read_instances, read_programs
    from blueprint.runtime.session import Audience, run_project

    terminal: Terminal = context.obj
    project = directory.resolve()
    description = read_description(project)
    audience = Audience(
        progress=terminal.progress,
        open_logs=lambda names: _open_logs(terminal, project, names, log, only),
        on_ready=lambda running: _say_ready(terminal, running, smoke=smoke),
        on_prepared=lambda: _refresh_document(terminal, project, description),
    )
    wanted = read_instances(instances or (), description)
    only = read_programs("--logs", logs or (), description)
    try:
        run_project(project, description, audience, wanted, smoke=smoke)
    except ProcessFailed as failure:
        for end in failure.ends:
            for line in end.last_lines:
                terminal.note(f"  {end.process} | {line}")
        first, *others = (asdict(end) for end in failure.ends)
        return Result("run", "error", failure.exit_code, {**first, "others": others}, failure.problems)
    return Result("run", "ok")


def _refresh_document(terminal: Terminal, project: Path, description: "Description") -> None:
    """The gateway answers with docs/openapi.json: it is to say what the code answers that starts now."""
    from blueprint.cli.documenting import refresh_before_run

    if refresh_before_run(project, description, terminal.progress):
        terminal.note("docs/openapi.json was outdated, and now says what the code answers")


def _open_logs(
    terminal: Terminal, project: Path, names: "Sequence[str]", log: LogFormat | None, only: "Collection[str]"
) -> "Logs":
    """Logs of the processes `names`, or of those that are instances of the programs in `only`."""
    from blueprint.report.logformat import human_format, plain_format
    from blueprint.runtime.instances import program_of
    from blueprint.runtime.logs import OWN_NAME, Logs

    console = terminal.err
    hidden = {name for name in names if only and program_of(name) not in only}
    shown = [*(name for name in names if name not in hidden), OWN_NAME]
    if (log or (LogFormat.TEXT if console.is_terminal else LogFormat.JSON)) is LogFormat.TEXT:
        formatted = human_format(
            shown, coloured=console.colored, columns=lambda: console.columns, project=project
        )
    else:
        formatted = plain_format(shown)
    return Logs(console.stream.fileno(), formatted, hidden)


def _say_ready(terminal: Terminal, running: "Running", *, smoke: bool) -> None:
    from msgspec.structs import asdict

    terminal.say(f"{running.name} is ready at {running.url}", "strong")
    width = max(len(service.name) for service in running.services)
    for service in running.services:
        terminal.say(f"  {service.name:<{width}}  {service.url}")
    if not smoke:
        services = [asdict(service) for service in running.services]
        terminal.answer(Result("run", "ready", 0, {"url": running.url, "services": services}))
