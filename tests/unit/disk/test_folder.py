"""In an open folder, nothing happens through a link, whatever is at the end of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprint.disk.faults import LinkInTheWay
from blueprint.disk.folder import Folder, open_folder
from tests.reliability.refusals import snapshot

Action = Callable[[Folder], object]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a link to another one that has the same names."""
    for name in ("root", "outside"):
        (tmp_path / name / "sub/deep").mkdir(parents=True)
        (tmp_path / name / "sub/file").write_text("x")
        (tmp_path / name / "empty").mkdir()
    (tmp_path / "root/link").symlink_to("../outside")
    (tmp_path / "root/sub/out").symlink_to(tmp_path / "outside/sub")
    (tmp_path / "root/file-link").symlink_to("../outside/sub/file")
    return tmp_path / "root"


ALL: dict[str, Action] = {
    "inside": lambda folder: folder.inside("link").__enter__(),
    "inside, deeper": lambda folder: folder.inside("link/sub/deep").__enter__(),
    "made": lambda folder: folder.made("link/new").__enter__(),
    "made in its place": lambda folder: folder.made("link").__enter__(),
    "names": lambda folder: folder.names("link"),
    "read": lambda folder: folder.read("link/sub/file"),
    "read a link": lambda folder: folder.read("file-link"),
    "open": lambda folder: folder.open("file-link", os.O_RDWR),
    "make": lambda folder: folder.make("link/new"),
    "create": lambda folder: folder.create("link/new", b""),
    "replace": lambda folder: folder.replace("link/sub/file", b"y"),
    "replace, deeper": lambda folder: folder.replace("sub/out/file", b"y"),
    "link": lambda folder: folder.link("link/new", "sub"),
    "move from": lambda folder: folder.move("link/sub/file", folder, "file"),
    "move to": lambda folder: folder.move("sub/file", folder, "link/file"),
    "remove a file": lambda folder: folder.remove_file("link/sub/file"),
    "remove a folder": lambda folder: folder.remove_folder("link/empty"),
    "remove a tree": lambda folder: folder.remove_tree("link"),
    "remove a tree, deeper": lambda folder: folder.remove_tree("link/sub"),
    "remove a tree, whatever happens": lambda folder: folder.remove_tree("sub/out", ignore_errors=True),
    "flush": lambda folder: folder.flush("link"),
    "status": lambda folder: folder.status("link/sub"),
}


@pytest.mark.parametrize("action", ALL.values(), ids=ALL)
def test_no_way_leads_through_a_link(action: Action, root: Path, tmp_path: Path) -> None:
    before = snapshot(tmp_path)

    with open_folder(root) as folder, pytest.raises(LinkInTheWay) as error:
        action(folder)

    assert snapshot(tmp_path) == before
    (problem,) = error.value.problems
    assert problem.path is not None
    assert Path(problem.path).is_symlink()
    assert problem.hint


@pytest.mark.parametrize("path", ["..", "../outside", "sub/../../outside/new", "/etc/new", "sub/.."])
def test_no_path_leads_out(path: str, root: Path, tmp_path: Path) -> None:
    before = snapshot(tmp_path)

    with open_folder(root) as folder:
        for action in (folder.make, folder.remove_file, folder.remove_tree, folder.read, folder.names):
            with pytest.raises(ValueError, match="not a path inside"):
                action(path)

    assert snapshot(tmp_path) == before


def test_the_folder_itself_is_not_removed(root: Path) -> None:
    with open_folder(root) as folder:
        for path in ("", "."):
            with pytest.raises(ValueError, match="something in the folder"):
                folder.remove_tree(path)

    assert root.exists()


def test_a_link_is_replaced_and_removed_itself(root: Path, tmp_path: Path) -> None:
    with open_folder(root) as folder:
        folder.replace("file-link", b"ours")
        folder.remove_file("link")
        folder.remove_tree("sub")

    assert not (root / "file-link").is_symlink()
    assert sorted(path.name for path in root.iterdir()) == ["empty", "file-link"]
    assert (tmp_path / "outside/sub/file").read_text() == "x"


def test_a_folder_that_becomes_a_link_stays_the_one_that_was_opened(root: Path, tmp_path: Path) -> None:
    with open_folder(root) as folder, folder.inside("sub") as sub:
        (root / "sub").rename(root / "moved")
        (root / "sub").symlink_to(tmp_path / "outside")
        sub.create("new", b"")

    assert (root / "moved/new").exists()
    assert not (tmp_path / "outside/new").exists()


def test_what_cannot_be_replaced_is_as_before(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = snapshot(root)
    for name in ("rename", "fsync", "write"):
        with monkeypatch.context() as patched, open_folder(root) as folder:
            patched.setattr(os, name, full)
            with pytest.raises(OSError, match="No space"):
                folder.replace("sub/file", b"new")
        assert snapshot(root) == before


def test_a_file_that_is_replaced_keeps_its_permissions(root: Path) -> None:
    (root / "sub/file").chmod(0o640)
    with open_folder(root) as folder:
        folder.replace("sub/file", b"new")
        folder.replace("secret", b"new", bits=0o600)

    assert (root / "sub/file").stat().st_mode & 0o777 == 0o640
    assert (root / "secret").stat().st_mode & 0o777 == 0o600


def test_no_descriptor_is_left_open(root: Path) -> None:
    def count() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    before = count()
    with open_folder(root) as folder:
        folder.replace("sub/file", b"x")
        with folder.made("a/b/c") as made:
            folder.move("sub/file", made, "x")
        for action in ALL.values():
            with pytest.raises(LinkInTheWay):
                action(folder)
    assert count() == before
