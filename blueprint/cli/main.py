"""The entry point of the command line, which converts errors to messages and exit codes."""

import os
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from typing import Annotated, NoReturn

import typer
from typer.main import get_command

from blueprint import __version__
from blueprint.cli.commands.add_dependency import add_dependency as add_dependency_command
from blueprint.cli.commands.add_service import add_service as add_service_command
from blueprint.cli.commands.check import check as check_command
from blueprint.cli.commands.compare import compare as compare_command
from blueprint.cli.commands.completion import completion as completion_command
from blueprint.cli.commands.data import data as data_command
from blueprint.cli.commands.dead_letters import dead_letters as dead_letters_command
from blueprint.cli.commands.events import events as events_command
from blueprint.cli.commands.explain import explain as explain_command
from blueprint.cli.commands.keep import keep as keep_command
from blueprint.cli.commands.lint import lint as lint_command
from blueprint.cli.commands.lock import lock as lock_command
from blueprint.cli.commands.migrations import migrations as migrations_command
from blueprint.cli.commands.new import new as new_command
from blueprint.cli.commands.openapi import openapi as openapi_command
from blueprint.cli.commands.packs import packs as packs_command
from blueprint.cli.commands.restore import restore as restore_command
from blueprint.cli.commands.run import run as run_command
from blueprint.cli.commands.sync import sync as sync_command
from blueprint.cli.commands.take import take as take_command
from blueprint.cli.commands.test import test as test_command
from blueprint.cli.commands.undo import undo as undo_command
from blueprint.cli.completion import VARIABLE, answer_shell
from blueprint.cli.console import Terminal
from blueprint.cli.flags import HELP, Flags, take_flags
from blueprint.cli.parameters import QuickCommand, QuickGroup
from blueprint.errors import BlueprintError, Interrupted, Problem, UsageError
from blueprint.report.result import Result
from blueprint.runtime.interruption import end_on_stop_signals, raise_on_stop_signals

_EPIPE_EXIT = 141
_OUR_BUG_EXIT = 70
_SUGGESTION = r"\. Did you mean | \(Possible options: "
_OTHER_NAMES = {
    "--event": "--publishes or --consumes",
    "--events": "--publishes or --consumes",
    "--emits": "--publishes",
    "--subscribes": "--consumes",
}
"""Option that people try -> the one that exists. Names that are spelled alike would be of no help."""
_HANDS_ON = {"ignore_unknown_options": True}

# Help is four times faster without rich. Command modules do not import `annotations`,
# because typer would evaluate the text of each annotation four times.
app = typer.Typer(name="blueprint", add_completion=False, rich_markup_mode=None, epilog=HELP)
app.command("new", cls=QuickCommand, epilog=HELP)(new_command)
app.command("run", cls=QuickCommand, epilog=HELP)(run_command)
app.command("test", cls=QuickCommand, epilog=HELP, context_settings=_HANDS_ON)(test_command)
app.command("lint", cls=QuickCommand, epilog=HELP)(lint_command)
app.command("events", cls=QuickCommand, epilog=HELP)(events_command)
app.command("dead-letters", cls=QuickCommand, epilog=HELP)(dead_letters_command)
app.command("data", cls=QuickCommand, epilog=HELP)(data_command)
app.command("add-service", cls=QuickCommand, epilog=HELP)(add_service_command)
app.command("add-dependency", cls=QuickCommand, epilog=HELP)(add_dependency_command)
app.command("lock", cls=QuickCommand, epilog=HELP)(lock_command)
app.command("sync", cls=QuickCommand, epilog=HELP)(sync_command)
app.command("check", cls=QuickCommand, epilog=HELP)(check_command)
app.command("undo", cls=QuickCommand, epilog=HELP)(undo_command)
app.command("openapi", cls=QuickCommand, epilog=HELP)(openapi_command)
app.command("keep", cls=QuickCommand, epilog=HELP)(keep_command)
app.command("restore", cls=QuickCommand, epilog=HELP)(restore_command)
app.command("take", cls=QuickCommand, epilog=HELP)(take_command)
app.command("packs", cls=QuickCommand, epilog=HELP)(packs_command)
app.command("migrations", cls=QuickCommand, epilog=HELP)(migrations_command)
app.command("compare", cls=QuickCommand, epilog=HELP)(compare_command)
app.command("explain", cls=QuickCommand, epilog=HELP)(explain_command)
app.command("completion", cls=QuickCommand, epilog=HELP)(completion_command)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"blueprint {__version__}")
        raise typer.Exit


@app.callback(cls=QuickGroup)
def _blueprint(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Describe your services once; get a running monolith, microservices or event-driven backend."""


def main() -> None:
    """Run the command line of this process, and exit."""
    _open_missing_streams()
    if VARIABLE in os.environ:
        answer_shell(app)
    try:
        raise_on_stop_signals()
        exit_code = run(sys.argv[1:])
    except Interrupted as stop:
        exit_code = 128 + stop.signum
    end_on_stop_signals()
    _end(exit_code)


def _end(exit_code: int) -> NoReturn:
    """End the process at once: freeing all objects would take a tenth of a command's time."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(exit_code)


def _open_missing_streams() -> None:
    """Replace closed standard streams with the null device, so that no other file takes their place."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(descriptor, "r" if name == "stdin" else "w"))


def run(argv: Sequence[str]) -> int:
    """Run one command line, report the result, and return the exit code."""
    flags = take_flags(argv)
    try:
        return _run(flags)
    except BrokenPipeError:
        # The reader has closed the pipe, as `head` does; the interpreter must not flush again on exit.
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        return _EPIPE_EXIT


def _run(flags: Flags) -> int:
    terminal = Terminal("auto", json=flags.json)
    try:
        terminal = Terminal(flags.color_choice(), json=flags.json)
        result = _invoke(flags, terminal)
    except BlueprintError as error:
        result = _failed(flags, error.exit_code, error.problems)
    except typer.TyperException as error:
        problem = _usage_problem(error.format_message(), _command_name(flags))
        result = _failed(flags, UsageError.exit_code, (problem,))
    except Interrupted as stop:
        if stop.finished:
            terminal.note(f"{stop}, after everything was done")
        result = Result(_command_name(flags), "interrupted", 128 + stop.signum)
    except KeyboardInterrupt:
        result = Result(_command_name(flags), "interrupted", 128 + signal.SIGINT)
    except BrokenPipeError:
        raise
    except Exception as error:  # the last boundary: any other exception is a bug, and is saved for the report
        result = _failed(flags, _OUR_BUG_EXIT, (_crashed(flags, error),))
    terminal.answer(result)
    terminal.complain(result.errors)
    return result.exit_code


def _invoke(flags: Flags, terminal: Terminal) -> Result:
    """Parse the arguments and run the command; typer handles help and version."""
    command = get_command(_app_for(_command_name(flags)))
    shows_help = not flags.arguments and not flags.json
    try:
        arguments = ["--help"] if shows_help else list(flags.arguments)
        with command.make_context("blueprint", arguments, obj=terminal) as context:
            result: Result = command.invoke(context)
            return result
    except typer.Exit as done:
        terminal.answered = True
        return Result(_command_name(flags), "ok", done.exit_code)


def _app_for(command: str) -> typer.Typer:
    """An app with only this command, if it exists: preparing all of them takes 10 ms."""
    wanted = [each for each in app.registered_commands if each.name == command]
    if not wanted:
        return app
    narrowed = copy(app)
    narrowed.registered_commands = wanted
    return narrowed


def _failed(flags: Flags, exit_code: int, problems: tuple[Problem, ...]) -> Result:
    return Result(_command_name(flags), "error", exit_code, errors=problems)


def _command_name(flags: Flags) -> str:
    return next((word for word in flags.arguments if not word.startswith("-")), "")


def _usage_problem(message: str, command: str) -> Problem:
    """Convert `No such command 'rnu'. Did you mean 'run'?` to the format of our messages."""
    line, *suggestions = re.split(_SUGGESTION, " ".join(message.split()).rstrip("."))
    known = any(command == each.name for each in app.registered_commands)
    hint = f"see blueprint {f'{command} ' if known else ''}--help"
    if unknown := next((name for name in _OTHER_NAMES if line.endswith(f": {name}")), ""):
        hint = f"use {_OTHER_NAMES[unknown]}"
    elif suggestions:
        hint = f"did you mean {suggestions[0].rstrip('?)')}?"
    return Problem("usage", line[:1].lower() + line[1:], hint)


def _crashed(flags: Flags, error: Exception) -> Problem:
    import traceback

    from blueprint.cli.crash import write_crash_file

    text = traceback.format_exc()
    if os.environ.get("BLUEPRINT_DEBUG"):
        sys.stderr.write(text)
    path = write_crash_file(flags.arguments, text)
    return Problem("bug", f"this is a bug in blueprint: {type(error).__name__}", f"report it with {path}")
