from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.base_store import ATTRIBUTES, BASE, decode_copy, encode_base, recorded, split_base
from blueprint.workspace.lock import LOCK
from tests.unit.workspace.sample import SAMPLE

PATHS = st.text("abc/.", min_size=1).filter(lambda path: _is_path(path)).map(RelPath)


def _is_path(text: str) -> bool:
    try:
        return bool(RelPath(text))
    except ValueError:
        return False


def blobs(contents: dict[RelPath, bytes]) -> dict[RelPath, FileBlob]:
    return {path: FileBlob(content) for path, content in contents.items()}


def base_of(tree: Tree) -> dict[str, bytes | None]:
    """The contents of the copies by the hash that they go by."""
    lines = split_base(recorded(tree, "1")[BASE].content)
    return {sha256: decode_copy(line, sha256) for sha256, line in lines.items()}


def test_the_base_keeps_the_text_files_of_the_tool_byte_for_byte() -> None:
    readme = SAMPLE[RelPath("README.md")]

    assert base_of(SAMPLE)[readme.sha256] == readme.content


@given(copies=st.dictionaries(PATHS, st.binary() | st.text().map(str.encode)))
def test_copies_are_read_as_they_were_written(copies: dict[RelPath, bytes]) -> None:
    lines = split_base(encode_base(blobs(copies)))

    assert {decode_copy(line, sha256) for sha256, line in lines.items()} == set(copies.values())


@given(copies=st.dictionaries(PATHS, st.binary() | st.text().map(str.encode)))
def test_a_base_is_a_line_of_ascii_for_each_file_in_the_order_of_their_paths(
    copies: dict[RelPath, bytes],
) -> None:
    lines = encode_base(blobs(copies)).decode("ascii").splitlines()

    assert [json.loads(line)["path"] for line in lines] == sorted(copies)


def test_line_ends_of_another_system_and_markers_of_conflicts_do_no_harm() -> None:
    base = encode_base(blobs({RelPath("a"): b"a\n", RelPath("b"): b"b\r\n"}))
    mine, theirs = base.replace(b"\n", b"\r\n").splitlines(keepends=True)
    met = b"<<<<<<< HEAD\n" + mine + b"=======\n" + theirs + b">>>>>>> theirs\n"

    copies = {decode_copy(line, sha256) for sha256, line in split_base(met).items()}
    assert copies == {b"a\n", b"b\r\n"}


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b'{"text": 1}', b"[" * 100_000, b'{"text": "\\ud800"}'])
def test_a_line_that_is_no_copy_is_none(line: bytes) -> None:
    assert decode_copy(line, FileBlob(b"").sha256) is None


def test_a_copy_that_was_changed_is_none() -> None:
    ((sha256, line),) = split_base(encode_base(blobs({RelPath("a"): b"theirs\n"}))).items()

    assert decode_copy(line.replace(b"theirs", b"mine"), sha256) is None


def test_the_base_leaves_out_what_is_no_text() -> None:
    assert SAMPLE[RelPath("logo.png")].sha256 not in base_of(SAMPLE)


def test_the_base_knows_what_the_user_has_begun_with() -> None:
    assert SAMPLE[RelPath("src/shop/orders/actions.py")].sha256 in base_of(SAMPLE)


def test_the_project_itself_is_unchanged() -> None:
    assert {path: blob for path, blob in recorded(SAMPLE, "1").items() if path in SAMPLE} == dict(SAMPLE)


def test_equal_trees_are_recorded_equally() -> None:
    backwards = Tree({path: SAMPLE[path] for path in reversed(list(SAMPLE))})

    assert recorded(backwards, "1") == recorded(SAMPLE, "1")


def test_the_base_is_safe_from_line_end_conversion() -> None:
    assert b"base.jsonl -text" in recorded(SAMPLE, "1")[ATTRIBUTES].content


@pytest.mark.parametrize(
    "path",
    [
        LOCK,
        ATTRIBUTES,
        ".Blueprint/lock.json",
        BASE,
        ".blueprint/local/x",
        ".git/hooks/pre-commit",
        "sub/.GIT/config",
    ],
)
def test_a_tree_cannot_bring_records_or_a_repository(path: str) -> None:
    with pytest.raises(ValueError, match="its own"):
        recorded(Tree({RelPath(path): FileBlob(b"")}), "1")
