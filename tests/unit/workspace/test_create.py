from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from blueprint.errors import ConflictError, MachineError
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.base_store import BASE, decode_copy, split_base
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination
from blueprint.workspace.lock import LOCK, read_lock
from blueprint.workspace.writing import refuse_without_room
from tests.unit.workspace.sample import SAMPLE, create, snapshot


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_file_is_written_byte_for_byte(tmp_path: Path) -> None:
    create(tmp_path / "shop")

    assert {path: (tmp_path / "shop" / path).read_bytes() for path in SAMPLE} == {
        path: blob.content for path, blob in SAMPLE.items()
    }


def test_nothing_else_appears_but_the_records(tmp_path: Path) -> None:
    create(tmp_path / "shop")

    files = {name for name, (_, content) in snapshot(tmp_path).items() if content is not None}
    assert {name for name in files if "/.blueprint/" not in name} == {f"shop/{path}" for path in SAMPLE}


def test_the_result_says_what_there_is(tmp_path: Path) -> None:
    created = create(tmp_path / "shop")

    assert (created.path, created.files, created.git) == (tmp_path / "shop", 5, False)
    assert created.bytes == sum(len(blob.content) for blob in SAMPLE.values())


def test_the_lock_and_the_base_fit_the_files(tmp_path: Path) -> None:
    create(tmp_path / "shop")

    lock = read_lock(tmp_path / "shop" / LOCK)
    assert lock.tool_version == "1.2.3"
    for path, entry in lock.files.items():
        content = (tmp_path / "shop" / path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry.sha256
    readme = lock.files[RelPath("README.md")]
    copies = split_base((tmp_path / "shop" / BASE).read_bytes())
    assert decode_copy(copies[readme.sha256], readme.sha256) == SAMPLE[RelPath("README.md")].content


def test_missing_parents_are_made(tmp_path: Path) -> None:
    create(tmp_path / "a" / "b" / "shop")

    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a/b/shop/README.md").exists()


def test_equal_trees_give_equal_folders(tmp_path: Path) -> None:
    create(tmp_path / "one")
    create(tmp_path / "two" / "deeper")
    (tmp_path / "three").mkdir()
    create(tmp_path / "three")

    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two" / "deeper") == snapshot(tmp_path / "three")


def test_a_folder_that_exists_stays_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir(mode=0o750)
    before = (tmp_path / "shop").stat()

    create(tmp_path / "shop")

    after = (tmp_path / "shop").stat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)


def test_an_existing_repository_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/mine\n")

    created = create(tmp_path, git=True)

    assert snapshot(tmp_path / ".git").keys() == {"HEAD"}
    assert not created.git
    assert (tmp_path / "README.md").exists()


@pytest.mark.parametrize(
    ("mask", "plain", "executable", "folder"),
    [(0o022, 0o644, 0o755, 0o755), (0o077, 0o600, 0o700, 0o700), (0o000, 0o666, 0o777, 0o777)],
)
@pytest.mark.parametrize("name", ["shop", "parent/shop"])
def test_modes_follow_the_umask(
    tmp_path: Path, name: str, mask: int, plain: int, executable: int, folder: int
) -> None:
    with umask(mask):
        create(tmp_path / name)

    shop = tmp_path / name
    assert mode(shop / "README.md") == mode(shop / LOCK) == plain
    assert mode(shop / "bin/start") == executable
    assert mode(shop) == mode(shop / "bin") == mode(tmp_path / name.split("/")[0]) == folder


def test_an_empty_project_can_be_written(tmp_path: Path) -> None:
    assert create(tmp_path / "shop", tree=Tree({})).files == 0
    assert (tmp_path / "shop" / LOCK).exists()


@pytest.mark.parametrize("name", ["", "README.md", "src"])
def test_what_appears_in_between_is_not_overwritten(tmp_path: Path, name: str) -> None:
    destination = check_destination(tmp_path / "shop")
    (tmp_path / "shop" / name).mkdir(parents=True)
    (tmp_path / "shop" / name / "mine.txt").write_text("mine")
    before = snapshot(tmp_path)

    with pytest.raises(ConflictError) as error:
        create_project(SAMPLE, destination, "1", git=False)

    assert error.value.problems[0].code == "destination-appeared"
    assert snapshot(tmp_path) == before


def test_a_file_that_appears_in_an_empty_folder_in_between_is_not_mixed_in(tmp_path: Path) -> None:
    destination = check_destination(tmp_path)
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(ConflictError):
        create_project(SAMPLE, destination, "1", git=False)

    assert snapshot(tmp_path).keys() == {"mine.txt"}


def test_a_full_disk_is_noticed_before_the_first_write(tmp_path: Path) -> None:
    disk = os.statvfs(tmp_path)
    destination = check_destination(tmp_path / "shop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "statvfs", lambda _: _full(disk))

        with pytest.raises(MachineError) as error:
            create_project(SAMPLE, destination, "1", git=False)

    (problem,) = error.value.problems
    assert (problem.code, problem.path) == ("disk-full", str(tmp_path / "shop"))
    assert problem.message.endswith("4 KiB free")
    assert list(tmp_path.iterdir()) == []


def _full(disk: os.statvfs_result, free: int = 1) -> os.statvfs_result:
    values = list(disk)
    values[1], values[4] = 4096, free
    return os.statvfs_result(values)


@pytest.mark.parametrize("sizes", [(0,), (1, 4095), (4096,), (5000, 100_000)])
def test_a_disk_is_full_where_one_block_is_missing(sizes: tuple[int, ...], tmp_path: Path) -> None:
    # Each file takes whole blocks and one more for its name, and git makes a copy of it.
    files = {RelPath(f"{number}.txt"): FileBlob(b"x" * size) for number, size in enumerate(sizes)}
    blocks = 2 * sum(size // 4096 + 1 for size in sizes)
    disk = os.statvfs(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "statvfs", lambda _: _full(disk, blocks))
        refuse_without_room(files, tmp_path / "shop", tmp_path)

        patch.setattr(os, "statvfs", lambda _: _full(disk, blocks - 1))
        with pytest.raises(MachineError, match="the disk is full"):
            refuse_without_room(files, tmp_path / "shop", tmp_path)


def test_a_path_too_long_for_the_disk_is_noticed_before_the_first_write(tmp_path: Path) -> None:
    deep = Tree({RelPath("/".join(["d" * 250] * 16)): FileBlob(b"")})

    with pytest.raises(MachineError) as error:
        create(tmp_path / "shop", tree=deep)

    assert error.value.problems[0].code == "path-too-long"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "quota-exceeded"),
        (errno.EROFS, "read-only-disk"),
        (errno.EACCES, "no-permission"),
        (errno.EIO, "disk-failure"),
        (errno.EMFILE, "too-many-open-files"),
        (errno.ENAMETOOLONG, "path-too-long"),
        (errno.EBUSY, "disk-error"),
    ],
)
def test_what_the_system_refuses_is_one_line_about_the_destination(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(_file: int) -> None:
        raise OSError(number, os.strerror(number), "/some/inner/file")

    destination = check_destination(tmp_path / "shop")
    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(MachineError) as error:
        create_project(SAMPLE, destination, "1", git=False)

    (problem,) = error.value.problems
    assert (problem.code, problem.path) == (code, str(tmp_path / "shop"))
    assert "\n" not in problem.message
    assert list(tmp_path.iterdir()) == []
