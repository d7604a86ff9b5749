from __future__ import annotations

from pathlib import Path

from blueprint.tree import RelPath
from blueprint.workspace.disk_files import DiskFile, look, lookalike


def test_what_lies_at_a_path_is_seen_without_following_links(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("file")
    paths = ("file", "folder", "link", "none", "link/x", "file/x", "none/x/y", "folder/x")
    found = look(tmp_path, map(RelPath, paths))

    said = [file.what if not isinstance(file, DiskFile | None) else bool(file) for file in found.values()]
    assert said == [True, "a folder", "a link", False, "below a link", "below a file", False, False]


def test_a_name_that_differs_in_its_letters_only_is_seen(tmp_path: Path) -> None:
    (tmp_path / "Docs").mkdir()
    (tmp_path / "Docs/ReadMe").write_text("")

    twins = [lookalike(tmp_path, RelPath(path)) for path in ("docs/x", "Docs/README", "Docs/ReadMe", "x/y")]
    assert twins == ["Docs", "Docs/ReadMe", None, None]
