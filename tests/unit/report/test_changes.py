from __future__ import annotations

import pytest

from blueprint.report.changes import change_data, change_lines, conflict_problem, diff_lines, summary
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.disk_files import DiskFile

PATH = RelPath("src/a.txt")


def diff(before: bytes | None, after: bytes | None, *modes: int) -> list[str]:
    old = None if before is None else DiskFile(before, modes[0] if modes else 0o644)
    new = None if after is None else FileBlob(after, executable=bool(modes and modes[1] & 0o100))
    return [line.text for line in diff_lines([Step(PATH, old, new)])]


def test_a_change_is_told_as_git_does() -> None:
    assert diff(b"a\nb\n", b"a\nc\n") == [
        "diff --git a/src/a.txt b/src/a.txt",
        "--- a/src/a.txt",
        "+++ b/src/a.txt",
        "@@ -1,2 +1,2 @@",
        " a",
        "-b",
        "+c",
    ]


def test_a_file_without_a_last_line_end_is_told() -> None:
    assert diff(b"a", b"a\n")[-3:] == ["-a", "\\ No newline at end of file", "+a"]


def test_empty_files_and_modes_are_told() -> None:
    assert diff(None, b"")[1:] == ["new file mode 100644"]
    assert diff(b"", None, 0o755)[1:] == ["deleted file mode 100755"]
    assert diff(b"a\n", b"a\n", 0o644, 0o755)[1:] == ["old mode 100644", "new mode 100755"]


def test_files_that_are_no_text_are_told_without_their_bytes() -> None:
    assert diff(b"\0a", b"\0b")[1:] == ["Binary files a/src/a.txt and b/src/a.txt differ"]


def test_the_records_of_the_tool_are_not_in_the_diff() -> None:
    records = (".blueprint/lock.json", ".blueprint/base.jsonl", ".blueprint/.gitattributes")

    assert not list(diff_lines([Step(RelPath(path), None, FileBlob(b"x")) for path in records]))


def test_changes_are_listed_and_counted() -> None:
    changes = (
        Change(PATH, Action.CREATE),
        Change(RelPath("b"), Action.CREATE),
        Change(RelPath("c"), Action.ORPHAN, why="you changed it"),
    )

    assert list(change_lines(ChangeSet(changes, ()))) == [
        "  create  src/a.txt",
        "  create  b",
        "  orphan  c  (you changed it)",
    ]
    assert summary(ChangeSet(changes, ())) == "2 created, 1 left to you"
    assert summary(ChangeSet((), ())) == "only records in .blueprint"
    assert change_data(ChangeSet(changes[2:], ())) == [
        {"path": "c", "action": "orphan", "why": "you changed it"}
    ]


@pytest.mark.parametrize(
    ("action", "code", "words"),
    [
        (Action.CONFLICT, "conflict", "same lines"),
        (Action.BESIDE, "kept-beside", "because it is not text: the new version is in a.txt.blueprint-new"),
        (Action.BLOCKED, "in-the-way", "cannot be written: it is not text"),
        (Action.UNRESOLVED, "unresolved", "conflict markers"),
    ],
)
def test_what_is_left_to_the_user_is_a_problem_with_a_hint(action: Action, code: str, words: str) -> None:
    problem = conflict_problem(Change(PATH, action, why="it is not text", line=7), "shop/src/a.txt")

    assert (problem.code, problem.path) == (code, "shop/src/a.txt")
    assert words in problem.message
    assert problem.hint
