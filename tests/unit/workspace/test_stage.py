from __future__ import annotations

import errno
import fcntl
import os
from contextlib import nullcontext
from pathlib import Path

import pytest

from blueprint.disk.folder import stamp_of
from blueprint.errors import ConflictError, MachineError
from blueprint.workspace.base_store import recorded
from blueprint.workspace.destination import check_destination
from blueprint.workspace.stage import MARKER, STAMP, open_stage
from tests.unit.workspace.sample import SAMPLE, create, snapshot


def leave_dead_stage(stage: Path) -> None:
    (stage / "tree").mkdir(parents=True)
    (stage / MARKER).write_text("4711\n")
    (stage / STAMP).write_text(stamp_of((stage / MARKER).stat()))
    (stage / "tree" / "half").write_text("half a fi")


def stage_of(path: Path) -> Path:
    return check_destination(path).stage


def test_a_stage_is_gone_afterwards(tmp_path: Path) -> None:
    with open_stage(stage_of(tmp_path / "shop")) as inside:
        (inside.path / "file").write_text("x")

    assert list(tmp_path.iterdir()) == []


def test_a_stage_is_on_the_disk_of_its_destination(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()

    assert stage_of(tmp_path / "shop").parent == tmp_path
    assert stage_of(tmp_path / "there").parent == tmp_path / "there"


def test_two_runs_cannot_share_a_stage(tmp_path: Path) -> None:
    with (
        open_stage(stage_of(tmp_path / "shop")),
        pytest.raises(MachineError) as error,
        open_stage(stage_of(tmp_path / "shop")),
    ):
        pass

    (problem,) = error.value.problems
    assert (problem.code, problem.path) == ("busy", str(tmp_path))
    assert problem.message.endswith(f"(pid {os.getpid()})")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("later", ["shop", "other", "deeper/shop"])
def test_a_later_run_removes_a_dead_stage(tmp_path: Path, later: str) -> None:
    leave_dead_stage(stage_of(tmp_path / "shop"))

    create(tmp_path / later)

    assert [entry.name for entry in tmp_path.iterdir()] == [later.split("/")[0]]


def test_a_dead_stage_is_removed_when_the_folder_was_made_by_hand_since(tmp_path: Path) -> None:
    leave_dead_stage(stage_of(tmp_path / "shop"))
    (tmp_path / "shop").mkdir()

    create(tmp_path / "shop")

    assert [entry.name for entry in tmp_path.iterdir()] == ["shop"]


def test_a_run_that_died_before_its_marker_is_no_obstacle(tmp_path: Path) -> None:
    stage_of(tmp_path / "shop").mkdir()

    create(tmp_path / "shop")

    assert [entry.name for entry in tmp_path.iterdir()] == ["shop"]


def test_the_stage_of_a_living_run_is_left_alone(tmp_path: Path) -> None:
    with open_stage(stage_of(tmp_path / "other")) as inside:
        (inside.path / "file").write_text("x")

        create(tmp_path / "shop")

        assert (inside.path / "file").exists()


def test_a_folder_that_only_has_the_name_of_a_stage_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".shop.blueprint-stage").mkdir()
    (tmp_path / ".shop.blueprint-stage" / "mine.txt").write_text("mine")

    create(tmp_path / "other")
    with pytest.raises(ConflictError) as error:
        create(tmp_path / "shop")

    assert error.value.problems[0].code == "stage-taken"
    assert (tmp_path / ".shop.blueprint-stage" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_file_or_link_with_the_name_of_a_stage_is_left_alone(tmp_path: Path, kind: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    stage = stage_of(tmp_path / "shop")
    if kind == "file":
        stage.write_text("mine")
    else:
        stage.symlink_to("elsewhere")
    (tmp_path / "elsewhere" / "mine.txt").write_text("mine")
    before = snapshot(tmp_path)

    with pytest.raises(ConflictError):
        create(tmp_path / "shop")

    assert snapshot(tmp_path) == before


def test_half_moved_files_are_taken_back_by_the_next_run(tmp_path: Path) -> None:
    leave_half_moved(tmp_path)

    create(tmp_path)

    assert (tmp_path / "README.md").exists()
    assert not [entry for entry in tmp_path.iterdir() if entry.name.endswith("-stage")]


def test_half_moved_files_that_were_edited_since_are_never_deleted(tmp_path: Path) -> None:
    leave_half_moved(tmp_path)
    (tmp_path / "README.md").write_text("my own words")
    (tmp_path / "bin" / "mine.sh").write_text("mine")

    with pytest.raises(ConflictError):
        create(tmp_path)

    assert (tmp_path / "README.md").read_text() == "my own words"
    assert (tmp_path / "bin" / "mine.sh").read_text() == "mine"


@pytest.mark.parametrize("instead", ["nothing", "a folder"])
def test_half_moved_files_that_are_gone_since_are_in_nobodys_way(tmp_path: Path, instead: str) -> None:
    (tmp_path / "shop").mkdir()
    leave_half_moved(tmp_path / "shop")
    (tmp_path / "shop/README.md").unlink()
    if instead == "a folder":
        (tmp_path / "shop/README.md").mkdir()

    with nullcontext() if instead == "nothing" else pytest.raises(ConflictError):
        create(tmp_path / "shop")

    assert (tmp_path / "shop/README.md").is_dir() == (instead == "a folder")


def leave_half_moved(folder: Path) -> None:
    """As after a kill in the middle of the moves: README.md and bin are out, the rest is not."""
    stage = stage_of(folder)
    leave_dead_stage(stage)
    for path, blob in recorded(SAMPLE, "1").items():
        root = folder if path.startswith(("README", "bin/")) else stage / "tree"
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(blob.content)


def test_half_moved_files_are_not_looked_for_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    leave_half_moved(tmp_path / "shop")
    (tmp_path / "shop" / "bin").rename(tmp_path / "elsewhere")
    (tmp_path / "shop" / "bin").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ConflictError):
        create(tmp_path / "shop")

    assert (tmp_path / "elsewhere" / "start").exists()


def test_a_stage_that_its_owner_removes_at_this_moment_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_of(tmp_path / "shop")
    lock = fcntl.flock

    def remove_first(file: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        (stage / MARKER).unlink()
        stage.rmdir()
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", remove_first)

    with open_stage(stage) as inside:
        assert inside.path.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_locks_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: int, _operation: int) -> None:
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)

    assert create(tmp_path / "shop").files == 5
