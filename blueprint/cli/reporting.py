"""The output of commands that change a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from blueprint.cli.console import Terminal
from blueprint.cli.paths import command_for, near
from blueprint.errors import ConflictError, Problem
from blueprint.report.changes import (
    change_data,
    change_lines,
    conflict_problem,
    diff_lines,
    pending_problem,
    summary,
)
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
    pending: tuple[Problem, ...] = (),
) -> Result:
    """Report the changes, in a dry run with a diff; `data` is added to the result.

    The result is `unchanged`, `changed`, or `conflict` with exit code 4 if conflicts are left to the user:
    by this run, or as `pending` by an earlier one.
    """
    diff = list(diff_lines(changes.steps)) if dry_run else []
    written = not dry_run and bool(changes.steps)
    answer = {"path": str(root), "changes": change_data(changes), "written": written, **data}
    if dry_run:
        answer["diff"] = "".join(f"{line.text}\n" for line in diff)
    if not (changes.steps or changes.changes):
        terminal.say(f"nothing to change in {root}")
        if pending:
            return Result(command, "conflict", ConflictError.exit_code, answer, pending)
        return Result(command, "unchanged", data=answer)
    terminal.say(f"{'would change' if dry_run else 'changed'} {root}: {summary(changes)}")
    for line in change_lines(changes):
        terminal.say(line)
    for styled in diff:
        terminal.say(styled.text, styled.style)
    _note_migrations(terminal, changes)
    problems = tuple(conflict_problem(each, near(root / each.path)) for each in changes.conflicts)
    if problems := (*problems, *pending):
        return Result(command, "conflict", ConflictError.exit_code, answer, problems)
    return Result(command, "changed", data=answer)


def pending_problems(done: Synchronised) -> tuple[Problem, ...]:
    """The versions that an earlier run could not merge, and that still lie beside a file."""
    told = {change.path for change in done.changes.conflicts}
    return tuple(
        pending_problem(side, near(done.root / path))
        for side, path in done.beside.items()
        if path not in told
    )


def _note_migrations(terminal: Terminal, changes: ChangeSet) -> None:
    """Deleting a migration does not undo it in databases where it ran."""
    gone = [each.path.rpartition("/")[2] for each in changes.changes if each.action is Action.DELETE]
    if migrations := ", ".join(name for name in gone if name.endswith(".sql")):
        hint = "`blueprint migrations fetch` restores the file"
        terminal.note(f"{migrations}: its changes stay in databases where it ran; {hint}")


def report_locks(terminal: Terminal, command: str, done: Relocked, *, dry_run: bool) -> Result:
    """Report changed files and changed package versions in the locks."""
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
    """Suggest the next step after a change or a dry run; `command` is the one after a success."""
    if dry_run and result.data.get("changes"):
        terminal.note("next: run the same command without -n")
    elif result.status == "conflict":
        terminal.note(f"next: resolve the conflicts below, then {command_for('check', root)}")
    elif result.status == "changed":
        terminal.note(f"next: {command_for(command, root)}")


def command_after(changes: ChangeSet) -> str:
    """The command to suggest after these changes: `lock` resolves the packages of merged locks together."""
    is_merged = any(
        change.action is Action.MERGE and fnmatch(change.path, "requirements*.lock")
        for change in changes.changes
    )
    return "lock" if is_merged else "run"


def note_gone(terminal: Terminal, done: Synchronised) -> None:
    """Report removed parts of the spec, the user's lines that still use them, and changed request fields."""
    for gone in done.gone:
        uses = [use for use in done.uses if use.what == gone.what]
        stays = f"; {gone.stays}" if gone.stays else ""
        terminal.note(f"{gone.what} is gone{stays}{'; your code still uses it:' if uses else ''}")
        for use in uses:
            terminal.note(f"  {near(done.root / use.path)}:{use.line}: {use.text}")
    _note_renamed(terminal, done)
    for moved in done.moved:
        terminal.note(str(moved))
    for each in done.uncalled:
        end = ":" if each.lines else ""
        terminal.note(
            f"nothing calls {each.action}; for {each.route} add a route to {near(done.root / each.path)}{end}"
        )
        for line in each.lines:
            terminal.note(f"  {line}")
    for service, one in done.named.items():
        terminal.note(
            f'blueprint.yaml says "singular: {one}" for {service} now, to keep the name of its rows'
        )


def note_packs(terminal: Terminal, packs: Sequence[str]) -> None:
    """Say which packs from outside are others than the last time."""
    for line in packs:
        terminal.note(line)


def _note_renamed(terminal: Terminal, done: Synchronised) -> None:
    """The user's lines that import moved names, and one line for all imports in unedited code."""
    for name in done.renamed:
        uses = [
            use for use in done.uses if use.what == name.old and not (name.new and use.path in done.untouched)
        ]
        if uses:
            terminal.note(f"{_moved(name)}. Your code imports it:")
        for use in uses:
            terminal.note(f"  {near(done.root / use.path)}:{use.line}: {use.text}")
    names = {name.old for name in done.renamed if name.new}
    files = {use.path for use in done.uses if use.what in names and use.path in done.untouched}
    if files:
        one = len(files) == 1
        several = f"{len(files)} {'file' if one else 'files'}"
        terminal.note(
            f"names of the kit have moved; {several} that blueprint began and you have not edited still "
            f"{'imports' if one else 'import'} them by the old names, which work until the next version"
        )


def _moved(name: MovedName) -> str:
    if not name.new:
        return f"{name.old} is gone, without a replacement"
    return f"{name.old} has moved to {name.new}; the old name works until the next version"


def gone_data(done: Synchronised) -> dict[str, object]:
    """The same as JSON data."""
    return {
        "gone": [gone.what for gone in done.gone],
        "uses": [asdict(use) for use in done.uses],
        "moved": [asdict(moved) for moved in done.moved],
        "named": dict(done.named),
        "renamed": [asdict(name) for name in done.renamed],
        "packs": list(done.packs),
        "uncalled": [asdict(each) for each in done.uncalled],
    }


def note_left(terminal: Terminal, left: Left | None) -> None:
    """Report stored data that the system no longer uses."""
    if left is not None:
        terminal.note(left.consequence)


def left_data(left: Left | None) -> dict[str, object]:
    """The locations of that data, as JSON data."""
    return {"left": list(left.unread) if left else []}


def note_recovery(terminal: Terminal, recovered: bool) -> None:
    """Report a rollback of an interrupted run."""
    if recovered:
        terminal.note("an interrupted run was found: its changes were rolled back first")
