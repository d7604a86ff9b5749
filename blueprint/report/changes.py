"""Changes as text: one line for each path, and a unified diff for `git apply`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch

from msgspec import Struct
from msgspec.structs import replace

from blueprint.errors import Problem
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.base_store import is_record, is_text
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.compare import beside, displaced
from blueprint.workspace.disk_files import Link, Replaceable

_WORDS = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.MERGE: "merged",
    Action.DELETE: "deleted",
    Action.KEEP: "yours from now on",
    Action.TAKE: "followed again",
    Action.EDIT: "edited",
    Action.ORPHAN: "left to you",
    Action.GONE: "not written",
    Action.CONFLICT: "in conflict",
    Action.BESIDE: "kept",
    Action.DISPLACED: "replaced",
    Action.BLOCKED: "not written",
    Action.UNRESOLVED: "unresolved",
}


class Styled(Struct, frozen=True):
    """A line, and the name of its style."""

    text: str
    style: str | None = None


def change_lines(changes: ChangeSet) -> Iterator[str]:
    """Each path with its action."""
    width = max((len(change.action) for change in changes.changes), default=0)
    for change in changes.changes:
        why = f"  ({change.why})" if change.why else ""
        yield f"  {change.action:<{width}}  {change.path}{why}"


def summary(changes: ChangeSet) -> str:
    """`9 created, 4 updated, 1 merged`; mentions records only if nothing else changed."""
    counts: dict[str, int] = {}
    for change in changes.changes:
        counts[_WORDS[change.action]] = counts.get(_WORDS[change.action], 0) + 1
    return ", ".join(f"{count} {word}" for word, count in counts.items()) or "only records in .blueprint"


def change_data(changes: ChangeSet) -> list[dict[str, object]]:
    """The same as JSON data."""
    return [{"path": each.path, "action": each.action, "why": each.why} for each in changes.changes]


def diff_lines(steps: Sequence[Step]) -> Iterator[Styled]:
    """The changes in all files except the tool's own records."""
    for step in steps:
        if not is_record(step.path):
            for each in _by_type(step):
                yield from _diff(each)


def _by_type(step: Step) -> tuple[Step, ...]:
    """Split a change between file and link in two, as git does."""
    if step.before and step.after and isinstance(step.before, Link) != step.after.is_link:
        return replace(step, after=None), replace(step, before=None)
    return (step,)


def _diff(step: Step) -> Iterator[Styled]:
    from difflib import unified_diff

    yield from (Styled(line, "strong") for line in _header(step))
    before = step.before.content if step.before else b""
    after = step.after.content if step.after else b""
    old = f"a/{step.path}" if step.before else "/dev/null"
    new = f"b/{step.path}" if step.after else "/dev/null"
    if not (is_text(before) and is_text(after)):
        yield Styled(f"Binary files {old} and {new} differ")
        return
    for line in unified_diff(_lines(before), _lines(after), old, new):
        yield Styled(line.removesuffix("\n"), _style(line))
        if not line.endswith("\n"):
            yield Styled("\\ No newline at end of file")


def _header(step: Step) -> Iterator[str]:
    """Git's header of a change, which also covers empty files and modes."""
    yield f"diff --git a/{step.path} b/{step.path}"
    before, after = (None if file is None else _mode(file) for file in (step.before, step.after))
    if before is None:
        yield f"new file mode {after}"
    elif after is None:
        yield f"deleted file mode {before}"
    elif before != after:
        yield from (f"old mode {before}", f"new mode {after}")


def _mode(file: Replaceable | FileBlob) -> str:
    if isinstance(file, Link) or (isinstance(file, FileBlob) and file.is_link):
        return "120000"
    return "100755" if file.executable else "100644"


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines(keepends=True)


def _style(line: str) -> str | None:
    if line.startswith(("---", "+++")):
        return "strong"
    return {"+": "added", "-": "removed", "@": "hunk"}.get(line[0])


def pending_problem(side: RelPath, path: str) -> Problem:
    """A version that an earlier run left at `side`, next to the file shown as `place`."""
    return _unmerged("unresolved: another version", side, path)


def _unmerged(message: str, side: RelPath, path: str) -> Problem:
    name = side.rpartition("/")[2]
    hint = f"copy what you need, then delete {name}"
    if fnmatch(side, "requirements*.lock.*"):
        hint = f"run `blueprint lock`: it resolves all packages and deletes {name}"
    return Problem("kept-beside", f"{message} is in {name}", hint, path)


def conflict_problem(change: Change, path: str) -> Problem:
    """A conflict for the user to resolve; `place` is the path to show."""
    if change.action is Action.CONFLICT:
        hint = "resolve the lines between the markers"
        return Problem("conflict", "you and blueprint changed the same lines", hint, path, change.line)
    if change.action is Action.BESIDE:
        return _unmerged(f"kept unchanged, because {change.why}: the new version", beside(change.path), path)
    if change.action is Action.DISPLACED:
        return _unmerged(f"{change.why}: yours", displaced(change.path), path)
    if change.action is Action.BLOCKED:
        hint = f"move it, then run `blueprint sync`, or keep it: blueprint keep {shlex.quote(path)}"
        if isinstance(change.before, Link):
            named = shlex.quote(path)
            hint = f"keep it so: blueprint keep {named}; or restore the file: blueprint restore {named}"
        return Problem("in-the-way", f"cannot be written: {change.why}", hint, path)
    hint = "resolve the lines between the markers"
    return Problem("unresolved", "the file contains conflict markers", hint, path, change.line)
