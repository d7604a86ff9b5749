from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.errors import ConflictError
from blueprint.workspace.publish import place


def never() -> None:
    """Nobody interrupts."""


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "stage"
    for name in (".blueprint", ".git", "src"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").write_text("ours")
    (folder / "README.md").write_text("ours")
    return folder


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop"


def test_everything_moves(inside: Path, anchor: Path) -> None:
    place(inside, anchor, never)

    assert list(inside.iterdir()) == []
    assert {entry.name for entry in anchor.iterdir()} == {".blueprint", ".git", "src", "README.md"}


@pytest.mark.parametrize("name", ["README.md", "src", ".blueprint"])
@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_there_is_not_replaced(inside: Path, anchor: Path, name: str, kind: str) -> None:
    if kind == "file":
        (anchor / name).write_text("mine")
    elif kind == "folder":
        (anchor / name).mkdir()
    else:
        (anchor / name).symlink_to("nowhere")

    with pytest.raises(ConflictError) as error:
        place(inside, anchor, never)

    assert error.value.problems[0].path == str(anchor / name)
    assert (inside / name).exists()
    assert not (anchor / name / "file").exists()


def test_a_repository_that_appears_meanwhile_stays(inside: Path, anchor: Path) -> None:
    (anchor / ".git").mkdir()

    place(inside, anchor, never)

    assert list((anchor / ".git").iterdir()) == []
    assert (anchor / ".blueprint" / "file").exists()


def test_a_folder_is_a_project_only_when_all_else_is_there(inside: Path, anchor: Path) -> None:
    seen = []

    place(inside, anchor, lambda: seen.append(sorted(entry.name for entry in anchor.iterdir())))

    assert seen[-1] == ["README.md", "src"]
    assert not any(".blueprint" in names for names in seen)
