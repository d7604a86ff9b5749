"""A file that holds what looks like conflict markers, because the tool itself writes them there."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.base_store import BASE
from blueprint.workspace.lock import SPEC
from tests.unit.workspace.sample import begin, bring, compared, snapshot, told

PAGE = RelPath("docs/merging.md")
MARKERS = "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> branch\n"
TEXT = f"Merging\n\nIt looks like this:\n{MARKERS}\nSettle it.\n\nThe end\n"


def tree(text: str) -> Tree:
    return Tree({SPEC: FileBlob(b"services: {}\n", seeded=True), PAGE: FileBlob(text.encode())})


OLD, NEW = tree(TEXT), tree(TEXT.replace("The end", "The very end"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return begin(tmp_path / "shop", OLD)


def edit(project: Path, old: str, new: str) -> None:
    text = (project / PAGE).read_text()
    assert old in text
    (project / PAGE).write_text(text.replace(old, new))


def lose_the_copies(project: Path) -> None:
    (project / BASE).write_bytes(b"")


def test_it_is_no_conflict(project: Path) -> None:
    assert told(bring(project, OLD)) == {}
    assert told(bring(project, NEW)) == {PAGE: "update"}
    assert told(bring(project, NEW)) == {}


def test_an_edit_of_it_is_merged(project: Path) -> None:
    edit(project, "Merging", "How to merge")

    assert told(compared(project, OLD)) == {}
    assert told(bring(project, NEW)) == {PAGE: "merge"}
    assert (project / PAGE).read_text() == NEW[PAGE].content.decode().replace("Merging", "How to merge")
    assert told(bring(project, NEW)) == {}


def test_an_edit_of_it_blocks_nothing_where_the_copies_are_lost(project: Path) -> None:
    edit(project, "Merging", "How to merge")
    lose_the_copies(project)

    assert told(compared(project, OLD)) == {}
    assert told(compared(project, NEW)) == {PAGE: "beside"}


def test_it_comes_into_a_file_that_had_none(tmp_path: Path) -> None:
    project = begin(tmp_path / "shop", tree(TEXT.replace(MARKERS, "")))
    edit(project, "Merging", "How to merge")

    assert told(bring(project, OLD)) == {PAGE: "merge"}
    assert told(bring(project, OLD)) == {}
    assert told(bring(project, NEW)) == {PAGE: "merge"}


def test_it_goes_from_a_file_that_was_edited(project: Path) -> None:
    edit(project, "Merging", "How to merge")

    assert told(bring(project, tree(TEXT.replace(MARKERS, "")))) == {PAGE: "merge"}
    assert "HEAD" not in (project / PAGE).read_text()


def test_a_conflict_in_it_is_still_one(project: Path) -> None:
    edit(project, "The end", "My end")
    assert told(bring(project, NEW)) == {PAGE: "conflict"}
    before = snapshot(project)

    assert told(bring(project, NEW)) == {PAGE: "unresolved"}
    assert told(bring(project, OLD)) == {PAGE: "unresolved"}
    assert snapshot(project) == before


def test_it_goes_with_the_file(project: Path) -> None:
    assert told(bring(project, Tree({SPEC: OLD[SPEC]}))) == {PAGE: "delete"}
