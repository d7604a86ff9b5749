from __future__ import annotations

import pytest

from blueprint.workspace.markers import clash, first_clash, sides

GIT = b"a\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> branch\nb\n"
DIFF3 = b"a\n<<<<<<< HEAD\nours\n||||||| base\nold\n=======\ntheirs\n>>>>>>> branch\nb\n"


@pytest.mark.parametrize("content", [GIT, DIFF3, GIT.replace(b"\n", b"\r\n")], ids=["merge", "diff3", "CRLF"])
def test_a_conflict_is_found_with_its_line(content: bytes) -> None:
    assert first_clash(content) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"Title\n=======\n",
        b"<<<<<<< HEAD\nno end\n",
        b"<<<<<<< HEAD\n>>>>>>> no middle\n",
        b"  <<<<<<< indented\n=======\n>>>>>>> x\n",
        b"<<<<<<<<<< longer\n=======\n>>>>>>> x\n",
        b"\0",
        b"",
    ],
)
def test_what_only_looks_like_markers_is_none(content: bytes) -> None:
    assert first_clash(content) is None


def test_both_sides_are_read_without_the_ancestor() -> None:
    assert sides(GIT) == sides(DIFF3) == (b"a\nours\nb\n", b"a\ntheirs\nb\n")


def test_what_this_tool_writes_is_read_back() -> None:
    content = b"".join([b"a\n", *clash([b"mine\n"], [b"new"]), b"b\n"])

    assert first_clash(content) == 2
    assert sides(content) == (b"a\nmine\nb\n", b"a\nnew\nb\n")
