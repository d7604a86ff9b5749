"""Files that the user keeps, restores, or lets follow the tool again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprint.errors import BlueprintError, ConflictError, UsageError
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.changes import ChangeSet
from blueprint.workspace.compare import Wanted, left_beside
from blueprint.workspace.fates import keep, restore, take
from blueprint.workspace.lock import LOCK, SPEC
from blueprint.workspace.project import open_project
from blueprint.workspace.transaction import commit
from tests.unit.workspace.sample import begin, bring, compared, snapshot, told, undo

LINES = "one\ntwo\nthree\nfour\nfive\n"
SEED = f"{LINES}six\n"


def tree(text: str = LINES, seed: str = SEED, **more: str) -> Tree:
    files = {
        "blueprint.yaml": FileBlob(b"services: {}\n", seeded=True),
        "Dockerfile": FileBlob(text.encode()),
        "actions.py": FileBlob(seed.encode(), seeded=True),
        "bin/start": FileBlob(b"#!/bin/sh\n", executable=True),
        **{path: FileBlob(content.encode()) for path, content in more.items()},
    }
    return Tree({RelPath(path): blob for path, blob in files.items()})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return begin(tmp_path / "shop", tree())


def chosen(
    choose: Callable[..., ChangeSet], root: Path, wanted: Tree, *paths: str, **how: bool
) -> dict[str, str]:
    """What happens at each path, and it does."""
    with open_project(root, "1.2.3") as project:
        changes = choose(project.saved, Wanted(wanted, "1.2.3"), [RelPath(path) for path in paths], **how)
        commit(root, changes.steps, "keep")
        return told(changes)


def kept(root: Path, *paths: str) -> dict[str, str]:
    return chosen(keep, root, tree(), *paths)


def restored(root: Path, *paths: str, wanted: Tree | None = None, force: bool = False) -> dict[str, str]:
    return chosen(restore, root, wanted or tree(), *paths, force=force)


def taken(root: Path, *paths: str, wanted: Tree | None = None) -> dict[str, str]:
    return chosen(take, root, wanted or tree(), *paths)


def refused(kind: type[BlueprintError], choose: Callable[[], object], root: Path) -> list[tuple[str, str]]:
    """The id and the place of each problem, and nothing has changed."""
    before = links_and_files(root)
    with pytest.raises(kind) as error:
        choose()
    assert links_and_files(root) == before
    return [(each.code, str(Path(each.path or "").relative_to(root))) for each in error.value.problems]


def links_and_files(root: Path) -> dict[str, object]:
    """What `snapshot` says, and where links lead."""
    found: dict[str, object] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = os.readlink(path)  # noqa: PTH115 a Path would write it in another way
        else:
            found[name] = (path.stat().st_mode, path.is_file() and path.read_bytes())
    return found


# keep


def test_a_file_that_is_kept_is_never_touched_again(project: Path) -> None:
    (project / "Dockerfile").write_text("mine\n")
    assert kept(project, "Dockerfile") == {"Dockerfile": "keep"}

    bring(project, tree("new\n"))
    assert (project / "Dockerfile").read_text() == "mine\n"
    assert told(compared(project, tree("newer\n"))) == {}


def test_a_file_that_is_kept_unchanged_stays_as_it_was(project: Path) -> None:
    kept(project, "Dockerfile")
    bring(project, tree("new\n"))

    assert (project / "Dockerfile").read_text() == LINES


def test_a_file_that_is_kept_survives_that_it_is_no_longer_wanted_and_that_it_is_wanted_again(
    project: Path,
) -> None:
    kept(project, "Dockerfile")
    without = Tree({path: blob for path, blob in tree().items() if path != "Dockerfile"})
    assert told(bring(project, without)) == {}
    assert (project / "Dockerfile").read_text() == LINES

    assert told(bring(project, tree("new\n"))) == {}
    assert (project / "Dockerfile").read_text() == LINES


def test_the_absence_of_a_file_can_be_kept(project: Path) -> None:
    (project / "Dockerfile").unlink()
    kept(project, "Dockerfile")

    assert told(compared(project, tree("new\n"))) == {}


def test_a_link_that_is_kept_is_in_nobody_s_way(project: Path) -> None:
    (project / "Dockerfile").unlink()
    (project / "Dockerfile").symlink_to("bin/start")
    assert told(compared(project, tree("new\n"))) == {"Dockerfile": "blocked"}
    kept(project, "Dockerfile")

    assert told(compared(project, tree("new\n"))) == {}


def test_nothing_is_beside_a_file_below_a_link(project: Path) -> None:
    (project / "bin").rename(project.parent / "programs")
    (project / "bin").symlink_to(project.parent / "programs")
    with open_project(project, "1.2.3") as opened:
        assert left_beside(opened.saved) == {}

    (project / "Dockerfile.blueprint-new").symlink_to("gone")
    with open_project(project, "1.2.3") as opened:
        assert left_beside(opened.saved) == {"Dockerfile.blueprint-new": "Dockerfile"}


def test_what_was_in_the_way_from_the_first_can_be_kept(project: Path) -> None:
    (project / "compose.yaml").symlink_to("Dockerfile")
    wanted = tree(**{"compose.yaml": "services\n"})
    assert told(bring(project, wanted)) == {"compose.yaml": "blocked"}

    assert chosen(keep, project, wanted, "compose.yaml") == {"compose.yaml": "keep"}
    assert told(compared(project, wanted)) == {}


def test_keeping_settles_the_new_version_that_waits_beside_a_file(project: Path) -> None:
    begin_beside(project)
    assert kept(project, "logo") == {"logo": "keep", "logo.blueprint-new": "delete"}
    assert not (project / "logo.blueprint-new").exists()


def test_what_somebody_made_of_a_version_beside_stays_and_is_no_longer_asked_about(project: Path) -> None:
    begin_beside(project)
    (project / "logo.blueprint-new").write_text("mine\n")
    assert kept(project, "logo") == {"logo": "keep"}

    assert (project / "logo.blueprint-new").read_text() == "mine\n"
    with open_project(project, "1.2.3") as opened:
        assert left_beside(opened.saved) == {}


def begin_beside(project: Path) -> None:
    """A binary file that both have changed."""
    bring(project, tree(logo="a\0"))
    (project / "logo").write_bytes(b"mine\0")
    assert told(bring(project, tree(logo="b\0"))) == {"logo": "beside"}
    assert (project / "logo.blueprint-new").exists()


def test_to_keep_a_file_twice_is_to_keep_it(project: Path) -> None:
    kept(project, "Dockerfile")
    before = snapshot(project)

    assert kept(project, "Dockerfile") == {}
    assert snapshot(project) == before


def test_what_is_the_user_s_already_cannot_be_kept(project: Path) -> None:
    (project / "own.py").write_text("")
    expected = [
        ("not-written", "own.py"),
        ("already-yours", "actions.py"),
        ("already-yours", "blueprint.yaml"),
    ]

    found = refused(
        UsageError, lambda: kept(project, "own.py", "actions.py", "blueprint.yaml", "bin/start"), project
    )
    assert sorted(found) == sorted(expected)


def test_a_folder_has_no_fate_of_its_own(project: Path) -> None:
    for choose in (kept, restored, taken):
        assert refused(UsageError, lambda choose=choose: choose(project, "bin"), project) == [
            ("names-a-folder", "bin")
        ]


# restore


def test_what_was_deleted_comes_back_as_it_would_be_today(project: Path) -> None:
    (project / "Dockerfile").unlink()
    (project / "bin/start").unlink()
    (project / "bin").rmdir()
    wanted = tree("new\n")
    assert told(bring(project, wanted)) == {"Dockerfile": "gone"}

    assert restored(project, "Dockerfile", "bin/start", wanted=wanted) == {
        "Dockerfile": "create",
        "bin/start": "create",
    }
    assert (project / "Dockerfile").read_text() == "new\n"
    assert os.access(project / "bin/start", os.X_OK)
    assert told(bring(project, tree("newer\n"))) == {"Dockerfile": "update"}


def test_what_was_moved_comes_back_and_the_moved_file_is_left_alone(project: Path) -> None:
    (project / "Dockerfile").rename(project / "Containerfile")
    restored(project, "Dockerfile")
    bring(project, tree("new\n"))

    assert (project / "Dockerfile").read_text() == "new\n"
    assert (project / "Containerfile").read_text() == LINES


@pytest.mark.parametrize("target", ["bin/start", "../elsewhere", "./bin", "/nowhere"])
def test_a_link_gives_way_to_the_file_and_undo_brings_it_back(target: str, project: Path) -> None:
    (project.parent / "elsewhere").write_text("theirs\n")
    (project / "Dockerfile").unlink()
    os.symlink(target, project / "Dockerfile")  # noqa: PTH211 a Path would write it in another way
    before = links_and_files(project)
    assert restored(project, "Dockerfile") == {"Dockerfile": "update"}

    assert not (project / "Dockerfile").is_symlink()
    assert (project / "Dockerfile").read_text() == LINES
    assert (project.parent / "elsewhere").read_text() == "theirs\n"
    assert (project / "bin/start").read_bytes() == b"#!/bin/sh\n"
    undo(project)
    assert links_and_files(project) == before


def test_undo_refuses_where_a_link_was_put_in_the_place_of_what_came_back(project: Path) -> None:
    (project / "Dockerfile").unlink()
    restored(project, "Dockerfile")
    (project / "Dockerfile").unlink()
    (project / "Dockerfile").symlink_to("actions.py")

    assert refused(ConflictError, lambda: undo(project), project) == [("edited-since", "Dockerfile")]


def test_an_edit_is_in_the_way_unless_told_otherwise_and_stays_beside(project: Path) -> None:
    (project / "Dockerfile").write_text("mine\n")
    (project / "Dockerfile").chmod(0o600)
    assert refused(ConflictError, lambda: restored(project, "Dockerfile"), project) == [
        ("edited", "Dockerfile")
    ]

    before = snapshot(project)
    assert restored(project, "Dockerfile", force=True) == {
        "Dockerfile": "update",
        "Dockerfile.mine": "create",
    }
    assert (project / "Dockerfile").read_text() == LINES
    assert (project / "Dockerfile.mine").read_text() == "mine\n"
    assert (project / "Dockerfile.mine").stat().st_mode & 0o777 == 0o600
    undo(project)
    assert snapshot(project) == before


def test_an_earlier_edit_beside_is_never_overwritten(project: Path) -> None:
    (project / "Dockerfile").write_text("mine\n")
    (project / "Dockerfile.mine").write_text("earlier\n")

    found = refused(ConflictError, lambda: restored(project, "Dockerfile", force=True), project)
    assert found == [("in-the-way", "Dockerfile")]


def test_force_needs_nothing_beside_where_nothing_was_edited(project: Path) -> None:
    (project / "Dockerfile").write_bytes(LINES.replace("\n", "\r\n").encode())

    assert restored(project, "Dockerfile", wanted=tree("new\n"), force=True) == {"Dockerfile": "update"}
    assert (project / "Dockerfile").read_bytes() == b"new\r\n"


def test_what_is_in_a_lasting_conflict_can_be_given_up(project: Path) -> None:
    (project / "Dockerfile").write_text("mine\n")
    assert told(bring(project, tree("new\n"))) == {"Dockerfile": "beside"}

    restored(project, "Dockerfile", wanted=tree("new\n"), force=True)
    assert told(compared(project, tree("new\n"))) == {}


def test_a_file_that_was_kept_follows_the_tool_once_it_is_restored(project: Path) -> None:
    kept(project, "Dockerfile")
    assert restored(project, "Dockerfile") == {"Dockerfile": "take"}

    assert told(bring(project, tree("new\n"))) == {"Dockerfile": "update"}


def test_a_seed_can_be_had_again_and_stays_the_user_s(project: Path) -> None:
    (project / "actions.py").unlink()
    assert restored(project, "actions.py", wanted=tree(seed="today\n")) == {"actions.py": "create"}

    assert (project / "actions.py").read_text() == "today\n"
    assert told(compared(project, tree(seed="tomorrow\n"))) == {}


def test_a_folder_or_a_link_above_stays_in_the_way(project: Path) -> None:
    (project / "Dockerfile").unlink()
    (project / "Dockerfile").mkdir()
    (project / "bin/start").unlink()
    (project / "bin").rmdir()
    (project / "bin").symlink_to("/tmp")

    found = refused(ConflictError, lambda: restored(project, "Dockerfile", "bin/start"), project)
    assert found == [("in-the-way", "Dockerfile"), ("in-the-way", "bin/start")]


def test_a_file_whose_name_some_disks_take_for_the_same_is_in_the_way(project: Path) -> None:
    (project / "Dockerfile").rename(project / "dockerfile")

    assert refused(ConflictError, lambda: restored(project, "Dockerfile"), project) == [
        ("in-the-way", "Dockerfile")
    ]


def test_what_blueprint_does_not_write_cannot_be_restored_or_taken(project: Path) -> None:
    for choose in (restored, taken):
        found = refused(
            UsageError, lambda choose=choose: choose(project, "blueprint.yaml", "bin/stop"), project
        )
        assert sorted(found) == [("not-written", "bin/stop"), ("not-written", "blueprint.yaml")]


def test_all_files_of_a_command_are_written_or_none(project: Path) -> None:
    (project / "Dockerfile").unlink()
    (project / "bin/start").write_text("mine\n")

    refused(ConflictError, lambda: restored(project, "Dockerfile", "bin/start"), project)


# take


def test_a_file_that_was_kept_gets_all_that_came_meanwhile_and_edits_stay(project: Path) -> None:
    kept(project, "Dockerfile")
    (project / "Dockerfile").write_text(LINES.replace("one", "mine"))
    new = tree(LINES.replace("five", "new"))
    bring(project, new)

    assert taken(project, "Dockerfile", wanted=new) == {"Dockerfile": "merge"}
    assert (project / "Dockerfile").read_text() == "mine\ntwo\nthree\nfour\nnew\n"
    assert told(bring(project, tree(LINES.replace("five", "newer")))) == {"Dockerfile": "merge"}


def test_taken_without_news_only_the_record_changes(project: Path) -> None:
    (project / "Dockerfile").write_text("mine\n")
    before = snapshot(project, without=(".blueprint",))
    kept(project, "Dockerfile")

    assert taken(project, "Dockerfile") == {"Dockerfile": "take"}
    assert snapshot(project, without=(".blueprint",)) == before
    assert owners(project)["Dockerfile"] == "tool"


def test_a_seed_that_is_taken_follows_the_tool_with_its_edits(project: Path) -> None:
    (project / "actions.py").write_text(SEED.replace("one", "mine"))
    assert taken(project, "actions.py") == {"actions.py": "take"}
    assert (project / "actions.py").read_text() == SEED.replace("one", "mine")

    assert told(bring(project, tree(seed=SEED.replace("five", "new")))) == {"actions.py": "merge"}
    assert (project / "actions.py").read_text() == "mine\ntwo\nthree\nfour\nnew\nsix\n"
    assert told(bring(project, tree(seed=SEED.replace("five", "newer")))) == {"actions.py": "merge"}


def test_a_seed_that_is_taken_and_kept_is_what_it_was(project: Path) -> None:
    before = snapshot(project, without=("local",))
    taken(project, "actions.py")
    kept(project, "actions.py")

    assert snapshot(project, without=("local",)) == before


def test_a_seed_that_was_never_edited_is_brought_up_to_date_when_it_is_taken(project: Path) -> None:
    assert taken(project, "actions.py", wanted=tree(seed="today\n")) == {"actions.py": "update"}
    assert (project / "actions.py").read_text() == "today\n"


def test_an_edited_seed_stays_whole_when_it_is_taken_and_clashes(project: Path) -> None:
    (project / "actions.py").write_text("mine\n")

    assert taken(project, "actions.py", wanted=tree(seed="today\n")) == {"actions.py": "beside"}
    assert (project / "actions.py").read_text() == "mine\n"
    assert (project / "actions.py.blueprint-new").read_text() == "today\n"
    assert told(compared(project, tree(seed="today\n"))) == {}


def test_lines_that_both_have_changed_lie_beside_as_ever(project: Path) -> None:
    kept(project, "Dockerfile")
    (project / "Dockerfile").write_text("mine\n")

    assert taken(project, "Dockerfile", wanted=tree("new\n")) == {"Dockerfile": "beside"}
    assert (project / "Dockerfile").read_text() == "mine\n"


def test_to_take_what_follows_already_changes_nothing(project: Path) -> None:
    before = snapshot(project)

    assert taken(project, "Dockerfile") == {}
    assert snapshot(project) == before


def test_what_is_no_file_cannot_be_taken(project: Path) -> None:
    (project / "Dockerfile").unlink()
    (project / "actions.py").unlink()
    (project / "actions.py").symlink_to("bin/start")

    found = refused(ConflictError, lambda: taken(project, "Dockerfile", "actions.py"), project)
    assert found == [("nothing-to-take", "Dockerfile"), ("nothing-to-take", "actions.py")]


# all of them


@pytest.mark.parametrize("path", ["Dockerfile", "actions.py"])
def test_a_fate_is_undone_without_a_trace(path: str, project: Path) -> None:
    before = snapshot(project)
    (taken if path == "actions.py" else kept)(project, path)
    assert snapshot(project) != before
    undo(project)

    assert snapshot(project) == before


def test_a_fate_of_one_file_changes_no_line_of_another_in_the_lock(project: Path) -> None:
    before = (project / LOCK).read_text().splitlines()
    kept(project, "Dockerfile")
    after = (project / LOCK).read_text().splitlines()

    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def owners(project: Path) -> dict[str, str]:
    return {path: entry["owner"] for path, entry in json.loads((project / LOCK).read_text())["files"].items()}


def test_the_lock_says_whose_a_file_is(project: Path) -> None:
    kept(project, "Dockerfile")
    taken(project, "actions.py")

    assert owners(project) == {"Dockerfile": "user", "actions.py": "taken", "bin/start": "tool", SPEC: "seed"}


def test_a_fate_waits_until_branches_in_the_lock_are_settled(project: Path) -> None:
    lock = (project / LOCK).read_text()
    (project / LOCK).write_text(f"<<<<<<< a\n{lock}=======\n{lock}>>>>>>> b\n")

    for choose in (kept, restored, taken):
        found = refused(ConflictError, lambda choose=choose: choose(project, "Dockerfile"), project)
        assert found == [("unresolved", LOCK)]


def test_a_file_that_one_branch_keeps_and_the_other_follows_is_kept(project: Path) -> None:
    theirs = (project / LOCK).read_text()
    kept(project, "Dockerfile")
    (project / LOCK).write_text(f"<<<<<<< a\n{(project / LOCK).read_text()}=======\n{theirs}>>>>>>> b\n")

    bring(project, tree("new\n"))
    assert (project / "Dockerfile").read_text() == LINES
    assert owners(project)["Dockerfile"] == "user"
