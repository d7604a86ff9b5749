"""The output of `keep`, `restore` and `take`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from blueprint.cli.console import Terminal
from blueprint.cli.fates import choose, fate_of
from blueprint.cli.reporting import note_next, note_recovery, report_changes
from blueprint.report.result import Result


def report_fate(
    terminal: Terminal,
    command: str,
    files: Sequence[str],
    directory: Path | None,
    *,
    force: bool = False,
    dry_run: bool,
) -> Result:
    """Change the owner of files, and report the result. Raises the same errors as `choose`."""
    done = choose(files, directory, command, fate_of(command, force=force), dry_run=dry_run)
    note_recovery(terminal, done.recovered)
    result = report_changes(terminal, command, done.root, done.changes, dry_run=dry_run)
    note_next(terminal, result, done.root, dry_run=dry_run, command="check")
    return result
