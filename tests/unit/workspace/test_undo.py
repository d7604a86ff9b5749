from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.errors import ConflictError
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.lock import SPEC
from blueprint.workspace.undo import last_change, way_back
from tests.unit.workspace.sample import begin, bring, snapshot, told, undo

SEED = FileBlob(b"services: {}\n", seeded=True)
OLD = Tree({SPEC: SEED, RelPath("a.txt"): FileBlob(b"a\n"), RelPath("src/b.txt"): FileBlob(b"b\n")})
NEW = Tree({SPEC: SEED, RelPath("a.txt"): FileBlob(b"A\n"), RelPath("c/c.txt"): FileBlob(b"c\n")})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return begin(tmp_path / "shop", OLD)


def refused(project: Path) -> list[tuple[str, str | None]]:
    before = snapshot(project)
    with pytest.raises(ConflictError) as error:
        undo(project)
    assert snapshot(project) == before
    return [(each.code, each.path) for each in error.value.problems]


def test_the_last_change_is_taken_back_without_a_trace(project: Path) -> None:
    before = snapshot(project)
    bring(project, NEW)
    undo(project)

    assert snapshot(project) == before


def test_edits_of_before_the_change_come_back_with_their_mode(project: Path) -> None:
    (project / "a.txt").write_text("mine\n")
    (project / "a.txt").chmod(0o600)
    before = snapshot(project)
    bring(project, NEW)
    undo(project)

    assert snapshot(project) == before


MODES = (0o600, 0o640, 0o644, 0o664, 0o700, 0o710, 0o744, 0o750, 0o755, 0o775, 0o500, 0o604)


@pytest.fixture(params=[0o022, 0o077], ids=["umask 022", "umask 077"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.parametrize("path", ["a.txt", "src/b.txt"], ids=["changed", "removed"])
@pytest.mark.parametrize("mode", MODES, ids=oct)
@pytest.mark.usefixtures("umask")
def test_a_file_comes_back_with_its_mode(mode: int, path: str, project: Path) -> None:
    (project / path).chmod(mode)
    before = snapshot(project)
    bring(project, NEW)
    undo(project)

    assert snapshot(project) == before


@pytest.mark.parametrize("is_executable", [False, True])
@pytest.mark.usefixtures("umask")
def test_a_program_comes_and_goes_and_is_one_again(is_executable: bool, project: Path) -> None:
    """Who made the project may keep its programs to himself."""
    program = RelPath("bin/start")
    first = Tree({**OLD, program: FileBlob(b"#!/bin/sh\n", executable=is_executable)})
    bring(project, first)
    assert bool((project / program).stat().st_mode & 0o100) == is_executable
    before = snapshot(project, without=("local",))
    for later in (
        Tree({**first, program: FileBlob(b"#!/bin/sh\n", executable=not is_executable)}),
        Tree({**first, program: FileBlob(b"#!/bin/bash\n", executable=is_executable)}),
        OLD,
    ):
        bring(project, later)
        undo(project)

        assert snapshot(project, without=("local",)) == before


def test_it_tells_what_it_does(project: Path) -> None:
    bring(project, NEW)

    journal = last_change(project)
    assert journal.command == "sync"
    assert told(way_back(project, journal)) == {"a.txt": "update", "c/c.txt": "delete", "src/b.txt": "create"}


@pytest.mark.parametrize("path", ["a.txt", "c/c.txt", ".blueprint/lock.json"])
def test_what_was_edited_since_is_not_taken_back(project: Path, path: str) -> None:
    bring(project, NEW)
    (project / path).write_text((project / path).read_text() + "\n")

    assert refused(project) == [("edited-since", str(project / path))]


def test_a_file_that_came_back_since_is_not_taken_back(project: Path) -> None:
    bring(project, NEW)
    (project / "src").mkdir()
    (project / "src/b.txt").write_text("mine\n")

    assert refused(project) == [("edited-since", str(project / "src/b.txt"))]


def test_all_that_was_edited_is_told_at_once(project: Path) -> None:
    bring(project, NEW)
    for path in ("a.txt", "c/c.txt"):
        (project / path).write_text("mine\n")

    assert [path for _, path in refused(project)] == [str(project / "a.txt"), str(project / "c/c.txt")]


def test_edits_of_other_files_do_not_matter(project: Path) -> None:
    bring(project, NEW)
    (project / "mine.txt").write_text("mine\n")
    undo(project)

    assert (project / "mine.txt").read_text() == "mine\n"
    assert (project / "a.txt").read_text() == "a\n"


def test_a_new_project_has_nothing_to_take_back(project: Path) -> None:
    assert refused(project) == [("nothing-to-undo", str(project))]


def test_there_is_one_level(project: Path) -> None:
    bring(project, NEW)
    bring(project, OLD)
    undo(project)

    assert (project / "a.txt").read_text() == "A\n"
    assert refused(project) == [("nothing-to-undo", str(project))]


def test_a_run_that_changes_nothing_takes_nothing_away(project: Path) -> None:
    bring(project, NEW)
    bring(project, NEW)
    undo(project)

    assert (project / "a.txt").read_text() == "a\n"


def test_what_it_takes_to_undo_is_not_for_git(project: Path) -> None:
    bring(project, NEW)

    assert (project / ".blueprint/local/.gitignore").read_text() == "*\n"


def test_a_damaged_journal_is_nothing_to_take_back(project: Path) -> None:
    bring(project, NEW)
    (project / ".blueprint/local/last/done.json").write_text("[]")

    assert refused(project) == [("nothing-to-undo", str(project))]
