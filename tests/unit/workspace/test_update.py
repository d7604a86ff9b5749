"""What a project looks like after it was brought to another tree."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from blueprint.disk.folder import Folder
from blueprint.errors import ConflictError, MachineError, UsageError
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.base_store import BASE, decode_copy, split_base
from blueprint.workspace.compare import Wanted, compare
from blueprint.workspace.lock import LOCK, SPEC, Owner, read_lock
from blueprint.workspace.project import open_project
from blueprint.workspace.transaction import commit
from tests.unit.workspace.sample import adopt, begin, bring, compared, snapshot, told, tree_of, undo

SPEC_TEXT = "services: {}\n"
OLD = tree_of(blueprint__yaml=SPEC_TEXT, a__txt="a\n", b__txt="b\n")
NEW = tree_of(blueprint__yaml=SPEC_TEXT, a__txt="A\n", c__txt="c\n")


def seeded(tree: Tree, *paths: str) -> Tree:
    """The tree with these files as the user's."""
    return Tree({path: FileBlob(blob.content, seeded=path in paths) for path, blob in tree.items()})


OLD, NEW = seeded(OLD, SPEC), seeded(NEW, SPEC)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return begin(tmp_path / "shop", OLD)


def test_it_ends_as_if_it_had_begun_with_the_new_tree(tmp_path: Path, project: Path) -> None:
    bring(project, NEW)

    assert snapshot(project, without=("local",)) == snapshot(begin(tmp_path / "other", NEW))


def test_there_and_back_again_is_as_before(project: Path) -> None:
    before = snapshot(project)
    bring(project, NEW)
    bring(project, OLD)

    assert snapshot(project, without=("local",)) == before


def test_a_second_time_changes_nothing(project: Path) -> None:
    bring(project, NEW)
    before = snapshot(project)

    assert bring(project, NEW).steps == ()
    assert snapshot(project) == before


def test_to_compare_touches_nothing(project: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}

    assert told(compared(project, NEW)) == {"a.txt": "update", "b.txt": "delete", "c.txt": "create"}
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before


def test_files_that_do_not_change_are_not_written(project: Path) -> None:
    os.utime(project / "blueprint.yaml", (1, 1))
    bring(project, NEW)

    assert (project / "blueprint.yaml").stat().st_mtime == 1


def test_a_newer_version_that_writes_the_same_changes_nothing(project: Path) -> None:
    assert bring(project, OLD, "1.3.0").steps == ()
    assert read_lock(project / LOCK).tool_version == "1.2.3"


def test_a_newer_version_is_noted_with_what_it_changes(project: Path) -> None:
    bring(project, NEW, "1.3.0")

    assert read_lock(project / LOCK).tool_version == "1.3.0"


def test_an_edit_of_the_spec_that_changes_no_file_is_nothing_to_record(project: Path) -> None:
    (project / "blueprint.yaml").write_text("# mine\n" + SPEC_TEXT)
    commented = seeded(tree_of(blueprint__yaml="# mine\n" + SPEC_TEXT, a__txt="a\n", b__txt="b\n"), SPEC)

    assert compared(project, commented).steps == ()


def test_the_spec_that_was_followed_is_kept(project: Path) -> None:
    text = "services: {new: {}}\n"
    (project / "blueprint.yaml").write_text(text)
    bring(project, seeded(tree_of(blueprint__yaml=text, a__txt="A\n"), SPEC))

    sha256 = read_lock(project / LOCK).files[SPEC].sha256
    copies = split_base((project / BASE).read_bytes())
    assert decode_copy(copies[sha256], sha256) == text.encode()


def test_edits_of_the_user_stay_in_the_record_of_what_the_tool_wrote(project: Path) -> None:
    (project / "a.txt").write_text("mine\n")
    bring(project, OLD)

    assert read_lock(project / LOCK).files[RelPath("a.txt")].sha256 == OLD[RelPath("a.txt")].sha256


def test_after_a_conflict_the_new_version_is_the_base(project: Path) -> None:
    (project / "a.txt").write_text("mine\n")
    assert told(bring(project, NEW))["a.txt"] == "conflict"

    (project / "a.txt").write_text("settled\n")
    assert compared(project, NEW).steps == ()


def test_while_there_are_markers_it_is_unresolved(project: Path) -> None:
    (project / "a.txt").write_text("mine\n")
    bring(project, NEW)

    assert told(compared(project, NEW)) == {"a.txt": "unresolved"}


def test_what_cannot_be_merged_is_put_beside_once(project: Path) -> None:
    (project / "c.txt").write_text("mine\n")

    assert told(bring(project, NEW))["c.txt"] == "beside"
    assert (project / "c.txt").read_text() == "mine\n"
    assert (project / "c.txt.blueprint-new").read_text() == "c\n"
    assert bring(project, NEW).steps == ()


def test_a_file_put_beside_is_never_overwritten(project: Path) -> None:
    (project / "c.txt").write_text("mine\n")
    bring(project, NEW)
    (project / "c.txt.blueprint-new").write_text("half taken over\n")
    later = Tree({**NEW, RelPath("c.txt"): FileBlob(b"\0")})

    assert told(bring(project, later)) == {"c.txt": "blocked"}
    assert (project / "c.txt.blueprint-new").read_text() == "half taken over\n"


CODE = "\n".join(f"x{number} = 1" for number in range(9)) + "\n"


def code(text: str) -> Tree:
    """The project with this module."""
    return Tree({**OLD, RelPath("m.py"): FileBlob(text.encode())})


@pytest.fixture
def pending(project: Path) -> Path:
    """A project with a module that could not be merged: its newer version lies beside it."""
    bring(project, code(CODE))
    (project / "m.py").write_text(CODE.replace("x0 = 1", "x0 = 'mine'"))
    assert told(bring(project, code(CODE.replace("x0 = 1", "x0 = 2")))) == {"m.py": "beside"}
    return project


def test_a_newer_version_takes_the_place_of_one_that_nobody_has_touched(pending: Path) -> None:
    newer = CODE.replace("x0 = 1", "x0 = 2").replace("x8 = 1", "x8 = 2")

    assert told(bring(pending, code(newer))) == {"m.py": "beside"}
    assert (pending / "m.py.blueprint-new").read_text() == newer
    assert (pending / "m.py").read_text() == CODE.replace("x0 = 1", "x0 = 'mine'")


def test_that_is_taken_back_as_well(pending: Path) -> None:
    before = snapshot(pending, without=("local",))
    bring(pending, code(CODE.replace("x0 = 1", "x0 = 3")))
    undo(pending)

    assert snapshot(pending, without=("local",)) == before


def test_a_file_is_merged_again_as_soon_as_it_is_settled(pending: Path) -> None:
    (pending / "m.py").write_text(CODE.replace("x0 = 1", "x0 = 'settled'"))
    (pending / "m.py.blueprint-new").unlink()
    newer = CODE.replace("x0 = 1", "x0 = 2").replace("x8 = 1", "x8 = 2")

    assert told(bring(pending, code(newer))) == {"m.py": "merge"}
    assert (pending / "m.py").read_text() == newer.replace("x0 = 2", "x0 = 'settled'")


def test_what_is_blocked_is_told_again(project: Path) -> None:
    (project / "a.txt").unlink()
    (project / "a.txt").mkdir()

    assert told(bring(project, NEW))["a.txt"] == "blocked"
    assert told(bring(project, NEW)) == {"a.txt": "blocked"}
    (project / "a.txt").rmdir()
    assert told(bring(project, NEW)) == {"a.txt": "gone"}


def test_nothing_is_written_through_a_link(tmp_path: Path, project: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (project / "sub").symlink_to(outside)
    (project / "a.txt").unlink()
    (project / "a.txt").symlink_to(outside / "a.txt")

    changes = bring(project, Tree({**NEW, RelPath("sub/x"): FileBlob(b"x")}))
    assert {change.path: change.why for change in changes.conflicts} == {
        "a.txt": "it is a link",
        "sub/x": "it is below a link",
    }
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    ("mine", "new"), [("readme.md", "README.md"), ("Docs/x", "docs/y"), ("e\u0301", "\xe9")]
)
def test_a_name_that_some_disks_take_for_another_is_not_written(project: Path, mine: str, new: str) -> None:
    (project / mine).parent.mkdir(exist_ok=True)
    (project / mine).write_text("mine")
    changes = bring(project, Tree({**OLD, RelPath(new): FileBlob(b"new")}))

    assert told(changes) == {new: "blocked"}
    assert not (project / new).exists()


def test_folders_that_become_empty_go(project: Path) -> None:
    bring(project, Tree({**OLD, RelPath("src/deep/x.py"): FileBlob(b"")}))
    (project / "src/deep/__pycache__").mkdir()
    (project / "src/deep/__pycache__/x.pyc").write_bytes(b"")
    bring(project, OLD)

    assert not (project / "src").exists()


def test_a_folder_with_something_of_the_users_stays(project: Path) -> None:
    bring(project, Tree({**OLD, RelPath("src/x.py"): FileBlob(b"")}))
    (project / "src/mine.py").write_text("")
    bring(project, OLD)

    assert [entry.name for entry in (project / "src").iterdir()] == ["mine.py"]


def test_an_untouched_seed_goes_and_an_edited_one_stays_when_it_is_dropped(project: Path) -> None:
    seeds = {RelPath(name): FileBlob(b"seed\n", seeded=True) for name in ("x.py", "y.py")}
    bring(project, Tree({**OLD, **seeds}))
    (project / "y.py").write_text("mine\n")

    assert told(bring(project, OLD)) == {"x.py": "delete", "y.py": "orphan"}
    assert (project / "y.py").read_text() == "mine\n"
    assert read_lock(project / LOCK).files.keys() == OLD.keys()


def test_a_seed_keeps_the_record_of_its_first_bytes(project: Path) -> None:
    path = RelPath("x.py")
    first = bring(project, Tree({**OLD, path: FileBlob(b"first", seeded=True)}))
    bring(project, Tree({**NEW, path: FileBlob(b"later", seeded=True)}))

    entry = read_lock(project / LOCK).files[path]
    assert (entry.sha256, entry.owner) == (FileBlob(b"first").sha256, Owner.SEED)
    assert told(first) == {path: "create"}


def test_a_moved_file_is_kept_up_to_date_where_it_is(project: Path) -> None:
    (project / "docs").mkdir()
    (project / "a.txt").rename(project / "docs/a.txt")

    assert told(bring(project, NEW))["docs/a.txt"] == "update"
    assert (project / "docs/a.txt").read_text() == "A\n"
    assert not (project / "a.txt").exists()


@pytest.mark.parametrize("copies", [(), ("one", "two")], ids=["edited", "copied twice"])
def test_what_may_not_be_the_moved_file_is_left_alone(project: Path, copies: tuple[str, ...]) -> None:
    (project / "a.txt").unlink()
    (project / "moved").write_text("a\nmine\n")
    for copy in copies:
        (project / copy).write_text("a\n")

    assert told(bring(project, NEW))["a.txt"] == "gone"
    assert (project / "moved").read_text() == "a\nmine\n"


def test_the_modes_of_files_are_those_of_before(project: Path) -> None:
    (project / "a.txt").chmod(0o600)
    bring(project, NEW)

    assert (project / "a.txt").stat().st_mode & 0o777 == 0o600


def test_whoever_can_read_a_file_can_run_it_when_it_becomes_executable(project: Path) -> None:
    (project / "a.txt").chmod(0o640)
    bring(project, Tree({**OLD, RelPath("a.txt"): FileBlob(b"a\n", executable=True)}))

    assert (project / "a.txt").stat().st_mode & 0o777 == 0o750


def test_an_edit_that_a_command_makes_is_written_with_the_rest(project: Path) -> None:
    text = b"services: {c: {}}\n"
    tree = Tree({**NEW, SPEC: FileBlob(text, seeded=True)})
    with open_project(project, "1.2.3") as opened:
        changes = compare(opened.saved, Wanted(tree, "1.2.3", {SPEC: SPEC_TEXT.encode()}))
        commit(opened.root, changes.steps, "add-service")

    assert told(changes)[SPEC] == "edit"
    assert (project / SPEC).read_bytes() == text
    undo(project)
    assert (project / SPEC).read_text() == SPEC_TEXT


def test_an_edit_of_a_file_that_changed_meanwhile_is_refused(project: Path) -> None:
    with open_project(project, "1.2.3") as opened, pytest.raises(ConflictError) as error:
        compare(opened.saved, Wanted(NEW, "1.2.3", {SPEC: b"as it was read\n"}))

    assert error.value.problems[0].code == "changed-meanwhile"


def test_a_file_that_changes_after_the_plan_is_not_overwritten(project: Path) -> None:
    before = snapshot(project)
    with open_project(project, "1.2.3") as opened:
        changes = compare(opened.saved, Wanted(NEW, "1.2.3"))
        (project / "b.txt").write_text("saved in an editor\n")
        with pytest.raises(ConflictError) as error:
            commit(opened.root, changes.steps, "sync")

    assert [(each.code, each.path) for each in error.value.problems] == [("changed-meanwhile", "b.txt")]
    (project / "b.txt").write_text("b\n")
    assert snapshot(project) == before


def test_a_file_that_appears_after_the_plan_is_not_overwritten(project: Path) -> None:
    with open_project(project, "1.2.3") as opened:
        changes = compare(opened.saved, Wanted(NEW, "1.2.3"))
        (project / "c.txt").write_text("mine\n")
        with pytest.raises(ConflictError):
            commit(opened.root, changes.steps, "sync")

    assert (project / "c.txt").read_text() == "mine\n"
    assert (project / "a.txt").read_text() == "a\n"


def test_two_runs_at_once_are_told_of_each_other(project: Path) -> None:
    with open_project(project, "1.2.3"), pytest.raises(MachineError) as error, open_project(project, "1.2.3"):
        pytest.fail("both are at work")

    assert error.value.problems[0].code == "busy"


def test_a_project_is_found_from_any_folder_inside(project: Path) -> None:
    (project / "src/deep").mkdir(parents=True)

    with open_project(project / "src/deep", "1.2.3") as opened:
        assert opened.root == project


def test_any_other_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error, open_project(tmp_path, "1.2.3"):
        pytest.fail("it was opened")

    assert error.value.problems[0].code == "no-project"


def test_a_project_without_its_spec_is_refused(project: Path) -> None:
    (project / SPEC).unlink()

    with pytest.raises(ConflictError) as error, open_project(project, "1.2.3"):
        pytest.fail("it was opened")

    assert error.value.problems[0].code == "no-spec"


@pytest.mark.parametrize(("ours", "refused"), [("1.2.2", True), ("1.10.0", False), ("1.2.3rc1", False)])
def test_what_a_later_version_wrote_is_refused(project: Path, ours: str, refused: bool) -> None:
    try:
        with open_project(project, ours):
            assert not refused
    except ConflictError as error:
        assert refused
        assert error.problems[0].code == "made-by-later"


def test_a_spec_behind_a_link_is_not_edited(project: Path, tmp_path: Path) -> None:
    (project / SPEC).rename(tmp_path / "spec.yaml")
    (project / SPEC).symlink_to(tmp_path / "spec.yaml")

    with open_project(project, "1.2.3") as opened, pytest.raises(ConflictError) as error:
        compare(opened.saved, Wanted(NEW, "1.2.3", {SPEC: SPEC_TEXT.encode()}))

    assert error.value.problems[0].code == "in-the-way"


def left_behind(project: Path, path: str, old: bytes) -> None:
    """What a run would have left that had removed the file at this path."""
    change = project / ".blueprint/local/change"
    (change / "old").mkdir(parents=True)
    (change / "old/0").write_bytes(old)
    entry = {"path": path, "before": FileBlob(old).sha256, "after": None}
    (change.parent / ".gitignore").write_text("*\n")
    (change / "begun.json").write_text(json.dumps({"command": "sync", "entries": [entry], "folders": []}))
    adopt(project)


def test_what_a_killed_run_had_removed_comes_back(project: Path) -> None:
    left_behind(project, "src/x.txt", b"x")
    with open_project(project, "1.2.3") as opened:
        assert opened.recovered

    assert (project / "src/x.txt").read_bytes() == b"x"


@pytest.mark.parametrize("path", [".git/hooks/post-checkout", "sub/.GIT/config", "../outside", "/outside"])
def test_a_journal_from_elsewhere_reaches_neither_git_nor_the_outside(project: Path, path: str) -> None:
    left_behind(project, path, b"#!/bin/sh\n")
    with pytest.raises(ConflictError) as error, open_project(project, "1.2.3"):
        pytest.fail("it was opened")

    assert error.value.problems[0].code == "journal-damaged"
    assert not (project / path).exists()


def test_a_journal_does_not_lead_through_a_link(project: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (project / "sub").symlink_to(tmp_path / "outside")
    left_behind(project, "sub/x.txt", b"x")
    with open_project(project, "1.2.3"):
        assert list((tmp_path / "outside").iterdir()) == []


def test_a_change_that_fails_on_the_way_leaves_no_new_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, move = snapshot(project), Folder.move

    def fail_at_the_last(folder: Folder, path: str, to: Folder, target: str) -> None:
        if target.endswith("last.txt"):
            raise OSError(errno.EIO, "broken")
        move(folder, path, to, target)

    monkeypatch.setattr(Folder, "move", fail_at_the_last)
    more = {RelPath(path): FileBlob(b"new") for path in ("new/deep/a.txt", "new/last.txt", "b.txt")}
    with pytest.raises(MachineError):
        bring(project, Tree({**OLD, **more}))

    assert snapshot(project) == before


def test_a_file_whose_name_differs_in_its_letters_only_is_named(project: Path) -> None:
    (project / "C.txt").write_text("mine\n")

    [change] = [change for change in compared(project, NEW).changes if change.path == "c.txt"]

    assert (change.action.value, change.after) == ("blocked", None)
    assert change.why == "C.txt exists, which some disks treat as the same"


def test_what_followed_the_tool_and_becomes_a_seed_is_written_once_more_if_nobody_edited_it(
    tmp_path: Path,
) -> None:
    paths, spec = (RelPath("a.txt"), RelPath("b.txt")), FileBlob(b"services: {}\n", seeded=True)
    project = begin(tmp_path / "shop", Tree({SPEC: spec, **{path: FileBlob(b"tool\n") for path in paths}}))
    (project / "b.txt").write_text("mine\n")
    seeds = Tree({SPEC: spec, **{path: FileBlob(b"seed\n", seeded=True) for path in paths}})

    assert told(bring(project, seeds)) == {"a.txt": "update"}
    assert (project / "b.txt").read_text() == "mine\n"
    assert read_lock(project / LOCK).files[RelPath("a.txt")].owner is Owner.SEED
    later = Tree({SPEC: spec, **{path: FileBlob(b"later\n", seeded=True) for path in paths}})
    assert told(bring(project, later)) == {}
