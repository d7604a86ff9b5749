from __future__ import annotations

import pytest

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.lock import LOCK
from blueprint.workspace.record import ATTRIBUTES, base_path, recorded
from tests.unit.workspace.sample import SAMPLE


def base_of(tree: Tree) -> dict[RelPath, bytes]:
    return {
        path: blob.content
        for path, blob in recorded(tree, "1").items()
        if path.startswith(".blueprint/base/")
    }


def test_the_base_keeps_the_text_files_of_the_tool_byte_for_byte() -> None:
    readme = SAMPLE[RelPath("README.md")]

    assert base_of(SAMPLE)[base_path(readme.sha256)] == readme.content


@pytest.mark.parametrize("path", ["src/shop/orders/actions.py", "logo.png"], ids=["seeded", "binary"])
def test_the_base_leaves_out_what_is_never_merged(path: str) -> None:
    assert base_path(SAMPLE[RelPath(path)].sha256) not in base_of(SAMPLE)


def test_equal_files_are_kept_once() -> None:
    tree = Tree({RelPath("a"): FileBlob(b"same"), RelPath("b"): FileBlob(b"same")})

    assert len(base_of(tree)) == 1


def test_the_project_itself_is_unchanged() -> None:
    assert {path: blob for path, blob in recorded(SAMPLE, "1").items() if path in SAMPLE} == dict(SAMPLE)


def test_equal_trees_are_recorded_equally() -> None:
    backwards = Tree({path: SAMPLE[path] for path in reversed(list(SAMPLE))})

    assert recorded(backwards, "1") == recorded(SAMPLE, "1")


def test_the_base_is_safe_from_line_end_conversion() -> None:
    assert b"base/** binary" in recorded(SAMPLE, "1")[ATTRIBUTES].content


@pytest.mark.parametrize(
    "path",
    [
        LOCK,
        ATTRIBUTES,
        ".Blueprint/lock.json",
        ".blueprint/base/x",
        ".git/hooks/pre-commit",
        "sub/.GIT/config",
    ],
)
def test_a_tree_cannot_bring_records_or_a_repository(path: str) -> None:
    with pytest.raises(ValueError, match="its own"):
        recorded(Tree({RelPath(path): FileBlob(b"")}), "1")
