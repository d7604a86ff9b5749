"""`blueprint new`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.completion import complete_packs
from blueprint.cli.console import Terminal
from blueprint.cli.shipped import listed
from blueprint.report.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from blueprint.cli.drafting import Draft
    from blueprint.tree import FileBlob, RelPath, Tree
    from blueprint.workspace.destination import Destination

    Files = Mapping[RelPath, FileBlob]


def _refuse_empty(path: str | None) -> str | None:
    """Refuse an empty path, for example from an unset variable, which would mean the current folder."""
    if path == "":
        raise typer.BadParameter("the path is empty")
    return path


_path_option = partial(typer.Option, metavar="<path>", callback=_refuse_empty)


def new(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="The project, in kebab-case.", show_default=False)
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Option(
            "-p",
            "--pattern",
            help=f"The pattern: {listed('patterns')}.",
            autocompletion=complete_packs("patterns"),
        ),
    ] = None,
    stack: Annotated[
        str | None,
        typer.Option(
            "-s", "--stack", help=f"The stack: {listed('stacks')}.", autocompletion=complete_packs("stacks")
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            help=f"Example services with working code: {listed('presets')}.",
            autocompletion=complete_packs("presets"),
        ),
    ] = None,
    spec: Annotated[str | None, _path_option(help="Your own blueprint.yaml instead of a preset.")] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help=f"A database in addition to SQLite: {listed('databases', without='sqlite')}.",
            autocompletion=complete_packs("databases"),
        ),
    ] = None,
    broker: Annotated[
        str | None,
        typer.Option(
            help=f"A broker in addition to the embedded log: {listed('brokers', without='embedded')}.",
            autocompletion=complete_packs("brokers"),
        ),
    ] = None,
    discovery: Annotated[
        str | None,
        typer.Option(
            help=f"Discovery in addition to fixed addresses: {listed('discovery', without='static')}.",
            autocompletion=complete_packs("discovery"),
        ),
    ] = None,
    tracing: Annotated[
        str | None,
        typer.Option(
            help=f"The tracing library: {listed('tracing')}.", autocompletion=complete_packs("tracing")
        ),
    ] = None,
    packs: Annotated[
        list[str] | None,
        typer.Option(metavar="<folder|name>", help="External packs: a folder, or a distribution."),
    ] = None,
    auth: Annotated[
        str | None,
        typer.Option(help=f"The login method: {listed('auth')}.", autocompletion=complete_packs("auth")),
    ] = None,
    template: Annotated[
        str | None, typer.Option(help="A cookiecutter template: a folder, a zip file, gh:OWNER/REPO.")
    ] = None,
    checkout: Annotated[
        str | None, typer.Option(help="The tag or branch of the template repository.")
    ] = None,
    directory: Annotated[
        str | None, typer.Option(metavar="<folder>", help="The folder of the template in its repository.")
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option(metavar="<key=value>", help="Answer a question of the template.")
    ] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Allow the template to run its own code.")] = False,
    output: Annotated[
        str | None, _path_option("-o", "--output", help="The output folder; ./NAME by default.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show what would be written.")] = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask questions; use the defaults.")] = False,
    no_git: Annotated[bool, typer.Option("--no-git", help="Do not create a git repository.")] = False,
    start: Annotated[bool, typer.Option("--run", help="Start the project afterwards.")] = False,
) -> Result:
    """Create a new project."""
    terminal: Terminal = context.obj
    answering = terminal.can_ask and not yes
    if template is not None:
        _refuse(
            "--template",
            {
                "--pattern": pattern,
                "--stack": stack,
                "--preset": preset,
                "--spec": spec,
                "--database": database,
                "--broker": broker,
                "--discovery": discovery,
                "--tracing": tracing,
                "--packs": packs,
                "--auth": auth,
                "--run": start,
            },
        )
        from blueprint.cli.templating import TemplateFlags, new_from_template

        answers = tuple(answer or ())
        asked = TemplateFlags(template, name, output or name, checkout, directory, answers, trust)
        return new_from_template(terminal, asked, ask=answering, dry_run=dry_run, git=not no_git)
    of_templates = {"--checkout": checkout, "--directory": directory, "--answer": answer, "--trust": trust}
    _refuse("a project without --template", of_templates)
    from blueprint.cli.drafting import Options, check, draft, refuse_unused
    from blueprint.cli.pack_sources import catalog_with, copies, for_new_project
    from blueprint.render.renderer import render
    from blueprint.workspace.destination import check_destination

    file = Path(spec) if spec else None
    brought = for_new_project(packs or (), file)
    catalog = catalog_with((), brought)
    options = Options(
        name, pattern, stack, preset, file, broker, database, discovery, tracing, brought.names, auth
    )
    check(options, catalog)
    if answering:
        if named := output or name:
            check_destination(Path(named))  # check the destination before asking questions
        from blueprint.cli.dialogue import ask

        target = Path(output) if output else None
        answered = ask(options, catalog, terminal, target)
        if answered is None:
            terminal.note("nothing was written")
            return Result("new", "cancelled")
        options = answered
    drafted = draft(options, catalog)
    refuse_unused(options, drafted, catalog)
    destination = check_destination(Path(output or drafted.spec.name))
    tree = render(drafted.plan)
    own = copies(drafted.plan.packs, brought)
    if dry_run:
        return _show(terminal, drafted, tree, own, destination)
    result = _write(terminal, drafted, tree, own, destination, git=not no_git)
    if start:
        from blueprint.cli.commands.run import run

        return run(context, directory=destination.path)
    terminal.note(f"costs and benefits of {drafted.spec.pattern}: blueprint explain {drafted.spec.pattern}")
    terminal.note(f"next: {_run_command(destination.path)}")
    return result


def _refuse(what: str, flags: "Mapping[str, object]") -> None:
    """Refuse flags that would have no effect."""
    from blueprint.errors import Problem, UsageError

    if given := [flag for flag, value in flags.items() if value]:
        raise UsageError(Problem("usage", f"{given[0]} cannot be combined with {what}", "remove one of them"))


def _show(
    terminal: Terminal, drafted: "Draft", tree: "Tree", own: "Files", destination: "Destination"
) -> Result:
    from blueprint import __version__
    from blueprint.workspace.base_store import recorded

    files = sorted(file for file in (*tree, *own) if file not in destination.kept)
    terminal.say(f"would write {len(files)} files to {destination.path}: {drafted.summary}")
    for file in files:
        terminal.say(f"  {file}")
    records = len(recorded(tree, __version__)) - len(tree)
    terminal.say(f"  and {records} files in .blueprint, which record the generated versions")
    if destination.kept:
        terminal.note(f"would keep as they are: {', '.join(destination.kept)}")
    data = _data(drafted, (*tree, *own), destination, written=False, committed=False)
    return Result("new", "ok", data=data)


def _write(
    terminal: Terminal, drafted: "Draft", tree: "Tree", own: "Files", destination: "Destination", *, git: bool
) -> Result:
    from blueprint import __version__
    from blueprint.cli.kept import note_kept
    from blueprint.workspace.create import create_project

    created = create_project(tree, destination, __version__, git, own=own)
    committed = " and committed" if created.git else ""
    terminal.say(f"wrote {created.files} files to {created.path}{committed}: {drafted.summary}")
    note_kept(terminal, created, tree)
    if git and not created.git:
        terminal.note(f"no commit was made: {_why_not_committed(created.path)}")
    data = _data(drafted, (*tree, *own), destination, written=True, committed=created.git)
    return Result("new", "ok", data=data)


def _why_not_committed(path: Path) -> str:
    from blueprint.workspace.git import is_in_repository

    return "the folder is already in a git repository" if is_in_repository(path) else "git does not work here"


def _data(
    drafted: "Draft",
    files: "Iterable[RelPath]",
    destination: "Destination",
    *,
    written: bool,
    committed: bool,
) -> dict[str, object]:
    return {
        "path": str(destination.path),
        "files": sorted(file for file in files if file not in destination.kept),
        "kept": list(destination.kept),
        "written": written,
        "git": committed,
        **drafted.choices,
    }


def _run_command(path: Path) -> str:
    """The command that starts the project."""
    import shlex

    try:
        shown = str(path.relative_to(Path.cwd()))
    except ValueError:
        shown = str(path)
    if shown == ".":
        return "blueprint run"
    return f"blueprint run {shlex.quote(f'./{shown}' if shown.startswith('-') else shown)}"
