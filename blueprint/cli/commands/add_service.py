"""`blueprint add-service`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.report.result import Result

if TYPE_CHECKING:
    from blueprint.cli.service_flags import ServiceFlags
    from blueprint.cli.synchronising import Edit

_COMMAND = "add-service"
_Texts = list[str] | None

_entry = partial(typer.Option, metavar="<entry>", show_default=False)


def add_service(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="The service, in kebab-case.", show_default=False)
    ] = None,
    singular: Annotated[
        str | None, typer.Option(help="What one row is called, where the rules of English do not tell.")
    ] = None,
    field: Annotated[_Texts, _entry("--field", help='What a row holds: "price: money >= 0".')] = None,
    action: Annotated[
        _Texts, _entry("--action", help='What it can do: ship, or "ship: {in: {...}}".')
    ] = None,
    takes: Annotated[_Texts, _entry("--in", help="What the action is given.")] = None,
    gives: Annotated[_Texts, _entry("--out", help="What the action answers.")] = None,
    refuses: Annotated[_Texts, _entry("--refuses", help="Why the action may say no.")] = None,
    undo: Annotated[str | None, typer.Option(help="What takes the action back.")] = None,
    external: Annotated[bool, typer.Option("--external", help="The action calls the outside.")] = False,
    publishes: Annotated[
        _Texts, _entry("--publishes", help='An event: item.sold, or "sell: item.sold".')
    ] = None,
    consumes: Annotated[
        _Texts, _entry("--consumes", help='What it follows: order.placed, or "order.placed: note".')
    ] = None,
    setting: Annotated[
        _Texts, _entry("--setting", help='What it reads from the environment: "api_key: secret".')
    ] = None,
    job: Annotated[
        _Texts, _entry("--job", help='An action that is due by the clock: "expire: every 10m".')
    ] = None,
    step_of: Annotated[
        str | None, typer.Option("--step-of", help="The workflow that it takes part in.")
    ] = None,
    after: Annotated[str | None, typer.Option(help="The service whose step comes before.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the service away again.")] = False,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show a diff, change nothing.")] = False,
    directory: Annotated[Path, typer.Option("-C", "--dir", metavar="<path>", help="The project.")] = Path(),
) -> Result:
    """Add a service to a project, its code, tests and wiring; what you wrote stays."""
    from blueprint.cli.service_flags import ServiceFlags

    terminal: Terminal = context.obj
    flags = ServiceFlags(
        name=name or "",
        singular=singular,
        fields=tuple(field or ()),
        actions=tuple(action or ()),
        takes=tuple(takes or ()),
        gives=tuple(gives or ()),
        refuses=tuple(refuses or ()),
        undo=undo,
        external=external,
        publishes=tuple(publishes or ()),
        consumes=tuple(consumes or ()),
        settings=tuple(setting or ()),
        jobs=tuple(job or ()),
        step_of=step_of,
        after=after,
    )
    edit = _removal(flags, directory) if remove else _addition(flags, directory, terminal)
    return _changed(terminal, directory, edit, dry_run=dry_run)


def _addition(flags: "ServiceFlags", directory: Path, terminal: Terminal) -> "Edit":
    from blueprint.cli.adding import text_with
    from blueprint.cli.synchronising import read_project_text

    root, text = read_project_text(directory)
    path = str(root / "blueprint.yaml")
    if terminal.can_ask and flags.is_bare:
        from blueprint.cli.service_dialogue import ask_service

        flags = ask_service(flags, text, path, terminal)
    if not flags.name:
        raise _missing_name()
    return partial(text_with, flags=flags, path=path)


def _removal(flags: "ServiceFlags", directory: Path) -> "Edit":
    from blueprint.cli.adding import text_without
    from blueprint.cli.synchronising import read_project_text
    from blueprint.errors import Problem, UsageError

    if not flags.name:
        raise _missing_name()
    if not flags.is_bare:
        hint = f"blueprint {_COMMAND} {flags.name} --remove"
        raise UsageError(Problem("usage", "--remove takes the whole service, and no other flags", hint))
    root, _ = read_project_text(directory)
    return partial(text_without, name=flags.name, path=str(root / "blueprint.yaml"))


def _missing_name() -> Exception:
    from blueprint.errors import Problem, UsageError

    return UsageError(Problem("missing-name", "a service needs a name", f"blueprint {_COMMAND} NAME"))


def _changed(terminal: Terminal, directory: Path, edit: "Edit", *, dry_run: bool) -> Result:
    from blueprint.cli.reporting import (
        gone_data,
        left_data,
        note_gone,
        note_next,
        note_recovery,
        report_changes,
    )
    from blueprint.cli.synchronising import synchronise

    done = synchronise(directory, edit=edit, dry_run=dry_run, command=_COMMAND)
    note_recovery(terminal, done.recovered)
    data = gone_data(done) | left_data(done.left)
    result = report_changes(terminal, _COMMAND, done.root, done.changes, dry_run=dry_run, data=data)
    note_gone(terminal, done)
    note_next(terminal, result, done.root, dry_run=dry_run)
    return result
