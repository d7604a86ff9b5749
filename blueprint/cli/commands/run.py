"""`blueprint run`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.report.result import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprint.runtime.description import Description
    from blueprint.runtime.lifecycle import Running
    from blueprint.runtime.logs import Logs


def run(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project.")] = Path(),
    instances: Annotated[
        list[str] | None,
        typer.Option("--instances", metavar="PROCESS=N", help="Start so many of a process. Repeatable."),
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Run the project's smoke test, then stop.")] = False,
) -> Result:
    """Start the system and show its logs until Ctrl-C."""
    from msgspec.structs import asdict

    from blueprint.runtime.description import read_description
    from blueprint.runtime.ends import ProcessFailed
    from blueprint.runtime.instances import read_instances
    from blueprint.runtime.session import Audience, run_project

    terminal: Terminal = context.obj
    project = directory.resolve()
    description = read_description(project)
    audience = Audience(
        progress=terminal.progress,
        open_logs=lambda names: _open_logs(terminal, names),
        on_ready=lambda running: _say_ready(terminal, running, smoke=smoke),
        on_prepared=lambda: _refresh_document(terminal, project, description),
    )
    wanted = read_instances(instances or (), description)
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


def _open_logs(terminal: Terminal, names: "Sequence[str]") -> "Logs":
    from blueprint.report.logformat import human_format, plain_format
    from blueprint.runtime.logs import OWN_NAME, Logs

    shown = [*names, OWN_NAME]
    if terminal.err.is_terminal:
        return Logs(terminal.err.stream.fileno(), human_format(shown, coloured=terminal.err.colored))
    return Logs(terminal.err.stream.fileno(), plain_format(shown))


def _say_ready(terminal: Terminal, running: "Running", *, smoke: bool) -> None:
    from msgspec.structs import asdict

    terminal.say(f"{running.name} is ready at {running.url}", "strong")
    width = max(len(service.name) for service in running.services)
    for service in running.services:
        terminal.say(f"  {service.name:<{width}}  {service.url}")
    if not smoke:
        services = [asdict(service) for service in running.services]
        terminal.answer(Result("run", "ready", 0, {"url": running.url, "services": services}))
