"""What a command that changes a project says of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from blueprint.cli.console import Terminal
from blueprint.cli.places import command_for, near
from blueprint.errors import ConflictError
from blueprint.report.changes import change_data, change_lines, conflict_problem, diff_lines, summary
from blueprint.report.result import Result
from blueprint.workspace.changes import ChangeSet

if TYPE_CHECKING:
    from blueprint.cli.synchronising import Synchronised

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
    problems = tuple(conflict_problem(each, near(root / each.path)) for each in changes.conflicts)
    if problems:
        return Result(command, "conflict", ConflictError.exit_code, answer, problems)
    return Result(command, "changed", data=answer)


def note_next(terminal: Terminal, result: Result, root: Path, *, dry_run: bool) -> None:
    """Say what to do after a change, or after its dry run."""
    if dry_run and result.status != "unchanged":
        terminal.note("next: the same without -n")
    elif result.status == "conflict":
        terminal.note(f"next: settle what is named below, then {command_for('check', root)}")
    elif result.status == "changed":
        terminal.note(f"next: {command_for('run', root)}")


def note_gone(terminal: Terminal, done: Synchronised) -> None:
    """Say what the spec has left behind, and which lines of the user's still name it."""
    for gone in done.gone:
        uses = [use for use in done.uses if use.what == gone.what]
        stays = f"; {gone.stays}" if gone.stays else ""
        terminal.note(f"{gone.what} is gone{stays}{'; your code names it:' if uses else ''}")
        for use in uses:
            terminal.note(f"  {near(done.root / use.path)}:{use.line}: {use.text}")


def gone_data(done: Synchronised) -> dict[str, object]:
    """The same for programs."""
    return {"gone": [gone.what for gone in done.gone], "uses": [asdict(use) for use in done.uses]}


def note_recovery(terminal: Terminal, recovered: bool) -> None:
    """Say that something was put in order that nobody asked for."""
    if recovered:
        terminal.note("a run was interrupted here: what it had changed was taken back first")
