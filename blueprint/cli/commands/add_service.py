"""`blueprint add-service`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.completion import complete_published, complete_services, complete_workflows
from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory
from blueprint.report.result import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprint.cli.service_flags import ServiceFlags
    from blueprint.cli.synchronising import Edit

_COMMAND = "add-service"
_Texts = list[str] | None

_entry = partial(typer.Option, metavar="<entry>", show_default=False)


def add_service(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            help="The service, in kebab-case.", show_default=False, autocompletion=complete_services
        ),
    ] = None,
    singular: Annotated[
        str | None, typer.Option(help="The name of one row, if it cannot be derived from the plural.")
    ] = None,
    field: Annotated[_Texts, _entry("--field", help='A field of the resource: "price: money >= 0".')] = None,
    action: Annotated[_Texts, _entry("--action", help='An action: ship, or "ship: {in: {...}}".')] = None,
    takes: Annotated[_Texts, _entry("--in", help="An input of the action.")] = None,
    gives: Annotated[_Texts, _entry("--out", help="An output of the action.")] = None,
    refuses: Annotated[_Texts, _entry("--refuses", help="A reason for which the action may refuse.")] = None,
    undo: Annotated[str | None, typer.Option(help="The action that undoes it.")] = None,
    external: Annotated[
        bool, typer.Option("--external", help="The action calls an external system.")
    ] = False,
    publishes: Annotated[
        _Texts, _entry("--publishes", help='An event: item.sold, or "sell: item.sold".')
    ] = None,
    consumes: Annotated[
        _Texts,
        _entry(
            "--consumes",
            help='An event to react to: order.placed, or "order.placed: note".',
            autocompletion=complete_published,
        ),
    ] = None,
    setting: Annotated[
        _Texts, _entry("--setting", help='An environment variable: "api_key: secret".')
    ] = None,
    job: Annotated[_Texts, _entry("--job", help='A scheduled action: "expire: every 10m".')] = None,
    route: Annotated[
        _Texts,
        _entry("--route", help='A route: "PUT /posts/{id}/like", or "POST /files: {body: 20 MiB}".'),
    ] = None,
    step_of: Annotated[
        str | None,
        typer.Option(
            "--step-of", help="The workflow to extend with a step.", autocompletion=complete_workflows
        ),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option(help="The service of the preceding step.", autocompletion=complete_services),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the service.")] = False,
    packs: Annotated[
        list[str] | None, typer.Option(metavar="<folder|name>", help="Add packs, or update them.")
    ] = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask questions.")] = False,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show a diff without changing anything.")
    ] = False,
    directory: Directory = None,
) -> Result:
    """Add a service to a project, with code, tests and wiring, preserving your edits."""
    from blueprint.cli.paths import project_folder
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
        routes=tuple(route or ()),
        step_of=step_of,
        after=after,
    )
    answering = terminal.can_ask and not yes
    project = project_folder(directory)
    if remove:
        edit = _removal(flags, project, terminal, ask=answering)
    else:
        wanted = _addition(flags, project, terminal, ask=answering)
        if wanted is None:
            terminal.note("nothing was written")
            return Result(_COMMAND, "cancelled")
        edit = wanted
    return _changed(terminal, project, edit, packs or (), dry_run=dry_run)


def _addition(flags: "ServiceFlags", directory: Path, terminal: Terminal, *, ask: bool) -> "Edit | None":
    from blueprint.cli.adding import text_with
    from blueprint.cli.synchronising import read_project_text

    root, text = read_project_text(directory)
    path = str(root / "blueprint.yaml")
    if ask and flags.is_bare:
        from blueprint.cli.service_dialogue import ask_service

        asked = ask_service(flags, text, path, terminal)
        if asked is None:
            return None
        flags = asked
    if not flags.name:
        raise _missing_name()
    return partial(text_with, flags=flags, path=path)


def _removal(flags: "ServiceFlags", directory: Path, terminal: Terminal, *, ask: bool) -> "Edit":
    from blueprint.cli.adding import text_without
    from blueprint.cli.synchronising import read_project_text
    from blueprint.errors import Problem, UsageError

    if not flags.is_bare:
        hint = f"blueprint {_COMMAND} {flags.name} --remove"
        raise UsageError(
            Problem("usage", "--remove removes the whole service and takes no other flags", hint)
        )
    root, text = read_project_text(directory)
    path, name = str(root / "blueprint.yaml"), flags.name
    if ask and not name:
        from blueprint.cli.service_dialogue import ask_removal

        name = ask_removal(text, path, terminal)
    if not name:
        raise _missing_name()
    return partial(text_without, name=name, path=path)


def _missing_name() -> Exception:
    from blueprint.errors import Problem, UsageError

    return UsageError(Problem("missing-name", "a service needs a name", f"blueprint {_COMMAND} NAME"))


def _changed(
    terminal: Terminal, directory: Path, edit: "Edit", packs: "Sequence[str]", *, dry_run: bool
) -> Result:
    from blueprint.cli.pack_sources import brought_by
    from blueprint.cli.reporting import (
        command_after,
        gone_data,
        left_data,
        note_gone,
        note_next,
        note_packs,
        note_recovery,
        pending_problems,
        report_changes,
    )
    from blueprint.cli.synchronising import synchronise

    brought = brought_by(packs)
    done = synchronise(directory, edit=edit, dry_run=dry_run, command=_COMMAND, brought=brought)
    note_recovery(terminal, done.recovered)
    data = gone_data(done) | left_data(done.left)
    result = report_changes(
        terminal,
        _COMMAND,
        done.root,
        done.changes,
        dry_run=dry_run,
        data=data,
        pending=pending_problems(done),
    )
    note_gone(terminal, done)
    note_packs(terminal, done.packs)
    note_next(terminal, result, done.root, dry_run=dry_run, command=command_after(done.changes))
    return result
