"""`blueprint new`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.report.result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blueprint.cli.drafting import Draft
    from blueprint.tree import Tree
    from blueprint.workspace.destination import Destination


def _refuse_empty(path: str | None) -> str | None:
    """An empty path, as from a variable that is not set, would mean the current folder."""
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
        str | None, typer.Option("-p", "--pattern", help="monolith, microservices or event-driven.")
    ] = None,
    stack: Annotated[str | None, typer.Option("-s", "--stack", help="What it is written in.")] = None,
    preset: Annotated[str | None, typer.Option(help="Services with working code to begin with.")] = None,
    spec: Annotated[str | None, _path_option(help="Your own blueprint.yaml, instead of a preset.")] = None,
    database: Annotated[str | None, typer.Option(help="The database beside SQLite.")] = None,
    broker: Annotated[str | None, typer.Option(help="The broker beside the embedded log.")] = None,
    discovery: Annotated[
        str | None, typer.Option(help="How services are found, beside fixed addresses.")
    ] = None,
    tracing: Annotated[str | None, typer.Option(help="What spans are told to: opentelemetry.")] = None,
    template: Annotated[
        str | None, typer.Option(help="A cookiecutter template: a folder, a zip file, gh:OWNER/REPO.")
    ] = None,
    checkout: Annotated[str | None, typer.Option(help="The tag or branch of the template.")] = None,
    directory: Annotated[
        str | None, typer.Option(metavar="<folder>", help="The template is in this folder of it.")
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option(metavar="<key=value>", help="Answer a question of the template.")
    ] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Let the template run code of its own.")] = False,
    output: Annotated[
        str | None, _path_option("-o", "--output", help="The folder; ./NAME if left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Show what would be written.")] = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Ask nothing, take the defaults.")] = False,
    no_git: Annotated[bool, typer.Option("--no-git", help="Do not begin a git repository.")] = False,
    start: Annotated[bool, typer.Option("--run", help="Go on to start it.")] = False,
) -> Result:
    """Write a new project, all of it or nothing."""
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
                "--run": start,
            },
        )
        from blueprint.cli.templating import TemplateFlags, new_from_template

        answers = tuple(answer or ())
        asked = TemplateFlags(template, name, output or name, checkout, directory, answers, trust)
        return new_from_template(terminal, asked, ask=answering, dry_run=dry_run, git=not no_git)
    of_templates = {"--checkout": checkout, "--directory": directory, "--answer": answer, "--trust": trust}
    _refuse("a project without --template", of_templates)
    from blueprint.catalog.load import load_catalog
    from blueprint.cli.drafting import Options, check, draft, refuse_unused
    from blueprint.render.renderer import render
    from blueprint.workspace.destination import check_destination

    catalog = load_catalog()
    file = Path(spec) if spec else None
    options = Options(name, pattern, stack, preset, file, broker, database, discovery, tracing)
    check(options, catalog)
    if answering:
        if target := output or name:
            check_destination(Path(target))  # nobody is asked for what cannot be written
        from blueprint.cli.dialogue import ask

        options = ask(options, catalog, terminal)
    drafted = draft(options, catalog)
    refuse_unused(options, drafted, catalog)
    destination = check_destination(Path(output or drafted.spec.name))
    tree = render(drafted.plan)
    if dry_run:
        return _show(terminal, drafted, tree, destination.path)
    result = _write(terminal, drafted, tree, destination, git=not no_git)
    if start:
        from blueprint.cli.commands.run import run

        return run(context, destination.path)
    terminal.note(f"what {drafted.spec.pattern} costs and gives: blueprint compare {drafted.spec.pattern}")
    terminal.note(f"next: {_run_command(destination.path)}")
    return result


def _refuse(what: str, flags: "Mapping[str, object]") -> None:
    """Flags that would have no effect are refused."""
    from blueprint.errors import Problem, UsageError

    if given := [flag for flag, value in flags.items() if value]:
        raise UsageError(Problem("usage", f"{given[0]} does not go with {what}", "leave one of them out"))


def _show(terminal: Terminal, drafted: "Draft", tree: "Tree", path: Path) -> Result:
    from blueprint import __version__
    from blueprint.workspace.base_store import recorded

    terminal.say(f"would write {len(tree)} files to {path}: {drafted.summary}")
    for file in tree:
        terminal.say(f"  {file}")
    records = len(recorded(tree, __version__)) - len(tree)
    terminal.say(f"  and {records} files in .blueprint, by which later runs know what is yours")
    return Result("new", "ok", data=_data(drafted, tree, path, written=False, committed=False))


def _write(
    terminal: Terminal, drafted: "Draft", tree: "Tree", destination: "Destination", *, git: bool
) -> Result:
    from blueprint import __version__
    from blueprint.workspace.create import create_project

    created = create_project(tree, destination, __version__, git)
    committed = " and committed" if created.git else ""
    terminal.say(f"wrote {created.files} files to {created.path}{committed}: {drafted.summary}")
    if git and not created.git:
        terminal.note(f"no commit was made: {_why_not_committed(created.path)}")
    data = _data(drafted, tree, created.path, written=True, committed=created.git)
    return Result("new", "ok", data=data)


def _why_not_committed(path: Path) -> str:
    from blueprint.workspace.git import is_in_repository

    return "the folder is in a git repository already" if is_in_repository(path) else "git does not run here"


def _data(drafted: "Draft", tree: "Tree", path: Path, *, written: bool, committed: bool) -> dict[str, object]:
    files = list(tree)
    return {"path": str(path), "files": files, "written": written, "git": committed, **drafted.choices}


def _run_command(path: Path) -> str:
    """The command that starts the project, as it can be typed here."""
    import shlex

    try:
        shown = str(path.relative_to(Path.cwd()))
    except ValueError:
        shown = str(path)
    if shown == ".":
        return "blueprint run"
    return f"blueprint run {shlex.quote(f'./{shown}' if shown.startswith('-') else shown)}"
