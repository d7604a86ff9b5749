from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.lock import LOCK
from blueprint.workspace.record import ATTRIBUTES, base_path, copy_of, decode_copy, recorded
from tests.unit.workspace.sample import SAMPLE


def base_of(tree: Tree) -> dict[RelPath, bytes]:
    return {
        path: blob.content
        for path, blob in recorded(tree, "1").items()
        if path.startswith(".blueprint/base/")
    }


def test_the_base_keeps_the_text_files_of_the_tool_byte_for_byte() -> None:
    readme = SAMPLE[RelPath("README.md")]

    copy = base_of(SAMPLE)[base_path(readme.sha256)]
    assert decode_copy(copy, readme.sha256) == readme.content


@given(content=st.binary())
def test_a_copy_is_read_as_it_was_written(content: bytes) -> None:
    sha256 = FileBlob(content).sha256

    assert decode_copy(copy_of(content, sha256).content, sha256) == content


def test_a_copy_that_was_changed_is_none() -> None:
    sha256 = FileBlob(b"a\n").sha256

    assert decode_copy(copy_of(b"a\n", sha256).content + b"x", sha256) is None


def test_copies_that_are_alike_have_no_line_in_common() -> None:
    one, other = (FileBlob(b"same\n\n" + more) for more in (b"one\n", b"other\n"))
    lines = [set(copy_of(blob.content, blob.sha256).content.split(b"\n")) for blob in (one, other)]

    assert not lines[0] & lines[1]


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
