"""A file for the user is there as a whole, or as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from blueprint.errors import ConflictError, MachineError
from blueprint.workspace.single import write_file


def test_a_new_file_has_the_rights_of_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "a.md", "ü\n")
    finally:
        os.umask(before)
    assert (tmp_path / "a.md").read_bytes() == "ü\n".encode()
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("old")
    (tmp_path / "link.md").symlink_to("real.md")
    write_file(tmp_path / "link.md", "new")
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text() == "new"


def test_a_folder_is_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(ConflictError):
        write_file(tmp_path, "text")


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MachineError):
        write_file(tmp_path / "missing" / "a.md", "text")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_on_the_way_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.md").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MachineError):
        write_file(tmp_path / "a.md", "new")
    assert (tmp_path / "a.md").read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.md"]
