"""What a command that changes a project says of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from blueprint.cli.console import Terminal
from blueprint.cli.paths import command_for, near
from blueprint.errors import ConflictError
from blueprint.report.changes import change_data, change_lines, conflict_problem, diff_lines, summary
from blueprint.report.result import Result
from blueprint.workspace.changes import Action, ChangeSet

if TYPE_CHECKING:
    from blueprint.cli.left_data import Left
    from blueprint.cli.locking import Package, Relocked
    from blueprint.cli.synchronising import Synchronised
    from blueprint.evolution.moved_modules import MovedName

_NOTHING: Mapping[str, object] = MappingProxyType({})


def report_changes(
    terminal: Terminal,
    command: str,
    root: Path,
    changes: ChangeSet,
    *,
    dry_run: bool,
    data: Mapping[str, object] = _NOTHING,
) -> Result:
    """Say what changed, or in a dry run what would, with a diff; `data` is added to the answer.

    The result is `unchanged`, `changed`, or `conflict` with exit code 4 where something is left to the user.
    """
    diff = list(diff_lines(changes.steps)) if dry_run else []
    written = not dry_run and bool(changes.steps)
    answer = {"path": str(root), "changes": change_data(changes), "written": written, **data}
    if dry_run:
        answer["diff"] = "".join(f"{line.text}\n" for line in diff)
    if not (changes.steps or changes.changes):
        terminal.say(f"nothing to change in {root}")
        return Result(command, "unchanged", data=answer)
    terminal.say(f"{'would change' if dry_run else 'changed'} {root}: {summary(changes)}")
    for line in change_lines(changes):
        terminal.say(line)
    for styled in diff:
        terminal.say(styled.text, styled.style)
    _note_migrations(terminal, changes)
    problems = tuple(conflict_problem(each, near(root / each.path)) for each in changes.conflicts)
    if problems:
        return Result(command, "conflict", ConflictError.exit_code, answer, problems)
    return Result(command, "changed", data=answer)


def _note_migrations(terminal: Terminal, changes: ChangeSet) -> None:
    """What ran in a database stays there when its file goes."""
    gone = [each.path.rpartition("/")[2] for each in changes.changes if each.action is Action.DELETE]
    if migrations := ", ".join(name for name in gone if name.endswith(".sql")):
        hint = "`blueprint migrations fetch` brings the file back"
        terminal.note(f"{migrations}: where it ran, what it made stays in the database; {hint}")


def report_locks(terminal: Terminal, command: str, done: Relocked, *, dry_run: bool) -> Result:
    """Say which files of a project changed, and which packages its locks hold in another version now."""
    note_recovery(terminal, done.recovered)
    data = {"packages": [asdict(package) for package in done.packages]}
    result = report_changes(terminal, command, done.root, done.changes, dry_run=dry_run, data=data)
    for package in done.packages:
        terminal.note(f"{package.name}: {_version_change(package)}")
    note_next(terminal, result, done.root, dry_run=dry_run)
    return result


def _version_change(package: Package) -> str:
    if package.before is None:
        return f"{package.after}, new"
    return f"{package.before}, removed" if package.after is None else f"{package.before} -> {package.after}"


def note_next(terminal: Terminal, result: Result, root: Path, *, dry_run: bool, command: str = "run") -> None:
    """Say what to do after a change, or after its dry run; `command` is the next one if all went well."""
    if dry_run and result.status != "unchanged":
        terminal.note("next: the same without -n")
    elif result.status == "conflict":
        terminal.note(f"next: settle what is named below, then {command_for('check', root)}")
    elif result.status == "changed":
        terminal.note(f"next: {command_for(command, root)}")


def note_gone(terminal: Terminal, done: Synchronised) -> None:
    """Say what the spec has left behind, the user's lines that still name it, and what requests bring now."""
    for gone in done.gone:
        uses = [use for use in done.uses if use.what == gone.what]
        stays = f"; {gone.stays}" if gone.stays else ""
        terminal.note(f"{gone.what} is gone{stays}{'; your code names it:' if uses else ''}")
        for use in uses:
            terminal.note(f"  {near(done.root / use.path)}:{use.line}: {use.text}")
    for name in done.renamed:
        terminal.note(f"{_moved(name)}. Your code imports it:")
        for use in done.uses:
            if use.what == name.old:
                terminal.note(f"  {near(done.root / use.path)}:{use.line}: {use.text}")
    for moved in done.moved:
        terminal.note(str(moved))
    for service, one in done.named.items():
        terminal.note(f'blueprint.yaml says "singular: {one}" for {service} now: so its rows keep their name')


def _moved(name: MovedName) -> str:
    if not name.new:
        return f"{name.old} is gone, and nothing takes its place"
    return f"{name.old} has moved to {name.new}; the old name works until the next version"


def gone_data(done: Synchronised) -> dict[str, object]:
    """The same for programs."""
    return {
        "gone": [gone.what for gone in done.gone],
        "uses": [asdict(use) for use in done.uses],
        "moved": [asdict(moved) for moved in done.moved],
        "named": dict(done.named),
        "renamed": [asdict(name) for name in done.renamed],
    }


def note_left(terminal: Terminal, left: Left | None) -> None:
    """Say what becomes of what is stored, where the system does not go on with all of it."""
    if left is not None:
        terminal.note(left.told)


def left_data(left: Left | None) -> dict[str, object]:
    """Where it stays, for programs."""
    return {"left": list(left.unread) if left else []}


def note_recovery(terminal: Terminal, recovered: bool) -> None:
    """Say that something was put in order that nobody asked for."""
    if recovered:
        terminal.note("a run was interrupted here: what it had changed was taken back first")
