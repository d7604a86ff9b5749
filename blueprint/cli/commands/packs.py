"""`blueprint packs`."""

from pathlib import Path
from typing import Annotated

import typer

from blueprint.cli.console import Terminal
from blueprint.cli.parameters import Directory
from blueprint.errors import Problem, UsageError
from blueprint.report.result import Result

_COMMAND = "packs"
_FAILED = 1


def packs(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="list|test", help="List packs, or test them.")],
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="A project or a folder with packs; list defaults to the current folder."
        ),
    ] = None,
    trust: Annotated[
        bool, typer.Option("--trust", help="Run the programs in the contract.yaml of a pack.")
    ] = False,
    directory: Directory = None,
) -> Result:
    """List the external packs available here, or test your own."""
    from blueprint.cli.paths import project_folder
    from blueprint.workspace.project import find_project

    terminal: Terminal = context.obj
    named = project_folder(directory, folder)
    if directory:
        named = find_project(directory)
    if action == "list":
        return _listed(terminal, named)
    if action == "test" and (folder or directory):
        return _tested(terminal, named, trust=trust)
    message = "there is no folder to test" if action == "test" else f"there is no {action!r} of packs"
    raise UsageError(Problem("usage", message, "blueprint packs list, or blueprint packs test DIR"))


def _listed(terminal: Terminal, folder: Path) -> Result:
    from blueprint.cli.pack_listing import packs_around

    found = packs_around(folder)
    for pack in found:
        source = pack.source
        version = f" {source.version}" if source and source.version else ""
        terminal.say(f"{pack.label}  {pack.title}: {pack.summary} ({source.name if source else ''}{version})")
    if not found:
        terminal.say("no packs from outside are in this folder or installed")
    rows: list[dict[str, object]] = [
        {
            "pack": pack.label,
            "title": pack.title,
            "from": pack.source.name if pack.source else "",
            "version": pack.source.version if pack.source else None,
            "path": str(pack.folder),
        }
        for pack in found
    ]
    return Result(_COMMAND, "ok", data={"packs": rows})


def _tested(terminal: Terminal, folder: Path, *, trust: bool) -> Result:
    from blueprint.cli.pack_testing import run_suite, trial_projects

    trials = trial_projects(folder)
    for trial in trials.projects:
        terminal.say(f"{trial.pack}: {trial.files} files in a project with the pattern {trial.pattern}")
    data: dict[str, object] = {
        "projects": [
            {"pack": trial.pack, "pattern": trial.pattern, "files": trial.files} for trial in trials.projects
        ]
    }
    if not trials.brokers:
        terminal.say("all packs can be used; there is a suite for brokers only")
        return Result(_COMMAND, "ok", data=data)
    if run_suite(folder, trials.brokers, trust=trust):
        terminal.say("the suite of brokers passes")
        return Result(_COMMAND, "ok", data=data)
    problem = Problem("suite-failed", "the suite of brokers fails", "see what it says above", str(folder))
    return Result(_COMMAND, "error", _FAILED, errors=(problem,))
