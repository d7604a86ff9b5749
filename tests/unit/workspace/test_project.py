"""A project is opened by one run at a time, as far as the disk can tell."""

from __future__ import annotations

import errno
import fcntl
from pathlib import Path

import pytest

from blueprint.errors import MachineError
from blueprint.workspace.project import open_project
from tests.unit.workspace.sample import begin, tree_of

TREE = tree_of(blueprint__yaml="version: 1\n")


def without_locks(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: int, _operation: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(fcntl, "flock", refuse)


@pytest.mark.parametrize("number", [errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK, errno.EINVAL, errno.EBADF])
def test_a_disk_without_locks_is_no_obstacle(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(tmp_path / "shop", TREE)
    without_locks(number, monkeypatch)

    with open_project(tmp_path / "shop", "1.2.3") as project:
        assert project.root == tmp_path / "shop"


@pytest.mark.parametrize("number", [errno.EIO, errno.EINTR, errno.EACCES])
def test_a_disk_that_fails_to_lock_is_told(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(tmp_path / "shop", TREE)
    without_locks(number, monkeypatch)

    with pytest.raises(MachineError), open_project(tmp_path / "shop", "1.2.3"):
        pass


def test_a_second_run_at_the_same_time_is_refused_and_the_next_one_is_not(tmp_path: Path) -> None:
    begin(tmp_path / "shop", TREE)
    with open_project(tmp_path / "shop", "1.2.3"):
        with pytest.raises(MachineError) as raised, open_project(tmp_path / "shop", "1.2.3"):
            pass
        assert raised.value.problems[0].code == "busy"
        assert raised.value.problems[0].path == str(tmp_path / "shop")

    with open_project(tmp_path / "shop", "1.2.3") as project:
        assert not project.recovered
