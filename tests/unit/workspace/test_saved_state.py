"""A record that is damaged, lost or merged never lets a file of the user's be overwritten."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from blueprint.errors import ConflictError
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.base_store import BASE
from blueprint.workspace.lock import LOCK, SPEC, read_lock
from blueprint.workspace.project import open_project
from tests.support.programs import require
from tests.unit.workspace.sample import begin, bring, snapshot, told

A, B, C = RelPath("a.txt"), RelPath("b.txt"), RelPath("c.txt")


def tree(**texts: str) -> Tree:
    """`a="..."` is the file a.txt."""
    files = {RelPath(f"{name}.txt"): FileBlob(text.encode()) for name, text in texts.items()}
    return Tree({**files, SPEC: FileBlob(b"services: {}\n", seeded=True)})


OLD = tree(a="1\n2\n3\n", b="b\n")
NEW = tree(a="1\n2\nthree\n", b="B\n", c="c\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return begin(tmp_path / "shop", OLD)


def refused(project: Path) -> str:
    before = snapshot(project)
    with pytest.raises(ConflictError) as error:
        bring(project, NEW)
    assert snapshot(project) == before
    return error.value.problems[0].code


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "<<<<<<< HEAD\n{\n=======\n[\n>>>>>>> x\n"])
def test_a_damaged_lock_is_refused(project: Path, text: str) -> None:
    (project / LOCK).write_text(text)

    assert refused(project) == "lock-damaged"


def test_a_lock_of_a_later_format_is_refused(project: Path) -> None:
    (project / LOCK).write_text('{"format": 2}')

    assert refused(project) == "lock-too-new"


def test_without_a_lock_what_the_tool_wrote_is_known_by_its_copies(project: Path) -> None:
    (project / LOCK).unlink()
    (project / A).write_text("1\n2\n3\nmine\n")

    assert told(bring(project, NEW)) == {A: "beside", B: "update", C: "create"}
    assert (project / A).read_text() == "1\n2\n3\nmine\n"
    assert read_lock(project / LOCK).files.keys() == NEW.keys()


def test_without_a_lock_a_project_that_is_as_it_should_be_is_clean(tmp_path: Path, project: Path) -> None:
    (project / LOCK).unlink()

    assert told(bring(project, OLD)) == {}
    assert snapshot(project, without=("local",)) == snapshot(begin(tmp_path / "other", OLD))


def test_without_lock_and_copies_it_is_no_project(project: Path) -> None:
    (project / LOCK).unlink()
    (project / BASE).unlink()

    with pytest.raises(Exception, match="not a blueprint project"), open_project(project, "1.2.3"):
        pytest.fail("it was opened")


def test_without_copies_untouched_files_are_updated_and_edited_ones_kept(project: Path) -> None:
    (project / BASE).unlink()
    (project / A).write_text("1\n2\n3\nmine\n")

    assert told(bring(project, NEW)) == {A: "beside", B: "update", C: "create"}
    assert (project / A).read_text() == "1\n2\n3\nmine\n"


def test_lost_copies_come_back(tmp_path: Path, project: Path) -> None:
    (project / BASE).unlink()
    bring(project, OLD)

    assert snapshot(project, without=("local",)) == snapshot(begin(tmp_path / "other", OLD))


def test_a_copy_with_other_bytes_than_its_name_says_is_not_believed(project: Path) -> None:
    base = (project / BASE).read_bytes()
    (project / BASE).write_bytes(base.replace(b'"}\n', b'mine"}\n'))
    (project / A).write_text("1\n2\n3\nmine\n")

    assert told(bring(project, NEW))[A] == "beside"


def test_a_lock_with_a_wrong_hash_makes_a_file_an_edited_one(project: Path) -> None:
    text = (project / LOCK).read_text()
    (project / LOCK).write_text(text.replace(OLD[B].sha256, "0" * 64))

    changes = told(bring(project, NEW))
    assert changes[B] == "update"  # the copy of what was written still tells that it is the tool's
    assert read_lock(project / LOCK).files[B].sha256 == NEW[B].sha256


@pytest.mark.parametrize("path", [".git/hooks/pre-commit", ".blueprint/local/x", BASE, LOCK])
def test_a_lock_cannot_claim_what_belongs_to_git_or_to_the_record(project: Path, path: str) -> None:
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    if path not in (LOCK, BASE):
        (project / path).write_text("not ours\n")
    lock = json.loads((project / LOCK).read_text())
    lock["files"][path] = {**lock["files"][A], "sha256": FileBlob(b"not ours\n").sha256}
    (project / LOCK).write_text(json.dumps(lock))

    assert path not in told(bring(project, NEW))
    assert (project / path).exists()


def git(folder: Path, *words: str) -> bool:
    settings = ("-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgSign=false")
    command = [require("git"), *settings, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def branches(project: Path, base: Tree, ours: Tree, theirs: Tree) -> bool:
    """A repository with two branches that changed the project, and their merge. True if that went through."""
    git(project, "init", "-q", "-b", "main")
    bring(project, base)
    for branch, wanted in (("theirs", theirs), ("ours", ours)):
        git(project, "add", "-A")
        git(project, "commit", "-qm", "before")
        git(project, "checkout", "-qb", branch, "main")
        bring(project, wanted)
        git(project, "add", "-A")
        git(project, "commit", "-qm", branch)
    return git(project, "merge", "theirs", "-m", "merge")


BASE_TREE = tree(a="head\ntail\n", b="1\n2\n3\n4\n5\n", d="d\n")
OURS = tree(a="head\nours\ntail\n", b="one\n2\n3\n4\n5\n", ours="x\n", d="d\n")
THEIRS = tree(a="head\ntheirs\ntail\n", b="1\n2\n3\n4\nfive\n", theirs="y\n")
BOTH = tree(a="head\nours\ntheirs\ntail\n", b="one\n2\n3\n4\nfive\n", ours="x\n", theirs="y\n")


def test_two_branches_are_settled_without_a_hand(tmp_path: Path, project: Path) -> None:
    assert not branches(project, BASE_TREE, OURS, THEIRS)
    assert b"<<<<<<<" in (project / A).read_bytes()
    assert b"<<<<<<<" in (project / LOCK).read_bytes()

    changes = bring(project, BOTH)

    assert changes.conflicts == ()
    model = begin(tmp_path / "other", BOTH)
    assert snapshot(project, without=("local", ".git")) == snapshot(model)


def test_the_copies_of_two_branches_meet_without_a_conflict(project: Path) -> None:
    long = "".join(f"{number}\n" for number in range(100))
    texts = [tree(a=long + more) for more in ("", "ours\n", "theirs\n")]
    branches(project, texts[0], texts[1], texts[2])

    said = ("diff", "--name-only", "--diff-filter=U")
    unmerged = subprocess.run(
        [require("git"), *said], cwd=project, capture_output=True, text=True, check=True
    ).stdout
    assert unmerged.split() == [LOCK, A]


def test_an_edit_of_before_survives_the_meeting_of_two_branches(project: Path) -> None:
    bring(project, BASE_TREE)
    (project / B).write_text("1\n2\nmine\n4\n5\n")
    assert not branches(project, BASE_TREE, OURS, THEIRS)

    assert bring(project, BOTH).conflicts == ()
    assert (project / B).read_text() == "one\n2\nmine\n4\nfive\n"


def test_an_edit_inside_of_a_conflict_is_left_to_its_author(project: Path) -> None:
    branches(project, BASE_TREE, OURS, THEIRS)
    marked = (project / A).read_text()
    (project / A).write_text(marked.replace("ours\n", "ours\nmine\n", 1))

    assert told(bring(project, BOTH))[A] == "unresolved"
    assert "mine" in (project / A).read_text()


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_to_take_one_side_of_everything_by_hand_is_fine_too(tmp_path: Path, project: Path, side: str) -> None:
    branches(project, BASE_TREE, OURS, THEIRS)
    git(project, "checkout", side, "--", ".")

    assert bring(project, BOTH).conflicts == ()
    assert snapshot(project, without=("local", ".git")) == snapshot(begin(tmp_path / "other", BOTH))


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_to_take_one_side_of_the_lock_alone_is_fine_too(tmp_path: Path, project: Path, side: str) -> None:
    branches(project, BASE_TREE, OURS, THEIRS)
    git(project, "checkout", side, "--", LOCK)

    assert bring(project, BOTH).conflicts == ()
    assert snapshot(project, without=("local", ".git")) == snapshot(begin(tmp_path / "other", BOTH))


@pytest.mark.parametrize(
    "versions", [("1.2.3", "9.0.0"), ("9.0.0", "1.2.3"), ("1.10.0", "1.9.0"), ("1.9.0", "1.10.0")]
)
def test_of_two_versions_that_met_the_later_one_counts(versions: tuple[str, str], project: Path) -> None:
    first, second = (f'  "blueprint": "{version}",\n' for version in versions)
    lock = (project / LOCK).read_text()
    met = f"<<<<<<< HEAD\n{first}=======\n{second}>>>>>>> theirs\n"
    (project / LOCK).write_text(lock.replace('  "blueprint": "1.2.3",\n', met))

    with pytest.raises(ConflictError) as error:
        bring(project, NEW)
    [problem] = error.value.problems
    later = max(versions, key=lambda version: [int(part) for part in version.split(".")])
    assert (problem.code, problem.message) == (
        "made-by-later",
        f"the project was written by blueprint {later}, this is 1.2.3",
    )


def test_two_versions_that_met_become_the_one_that_settles_them(project: Path) -> None:
    lock = (project / LOCK).read_text()
    met = '<<<<<<< HEAD\n  "blueprint": "1.2.2",\n=======\n  "blueprint": "1.2.1",\n>>>>>>> theirs\n'
    (project / LOCK).write_text(lock.replace('  "blueprint": "1.2.3",\n', met))
    bring(project, OLD)

    assert (project / LOCK).read_text() == lock


def test_which_side_of_a_meeting_is_which_does_not_matter(tmp_path: Path) -> None:
    """An entry that both branches changed has two versions; a file as either of them says is the tool's."""
    results = []
    for name, sides in (("one", (OURS, THEIRS)), ("other", (THEIRS, OURS))):
        project = begin(tmp_path / name, OLD)
        branches(project, BASE_TREE, *sides)
        assert bring(project, BOTH).conflicts == ()
        results.append(snapshot(project, without=("local", ".git")))
    assert results[0] == results[1]
