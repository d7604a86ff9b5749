"""What holds whatever the tool wrote, whatever the user made of it, and whatever is wanted now."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.report.changes import diff_lines
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.lock import SPEC
from tests.support.programs import require
from tests.unit.workspace.sample import begin, bring, compared, snapshot, told, undo

PATHS = ("a.txt", "src/b.txt", "src/deep/c.json")
TEXTS = st.lists(st.sampled_from(["one", "two", "three", "four"]), max_size=6).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)
Files = dict[str, str]
FILES = st.dictionaries(st.sampled_from(PATHS), TEXTS)
SOME_FILES = st.dictionaries(st.sampled_from(PATHS), TEXTS, min_size=1)
LAWS = settings(max_examples=15, deadline=None)


def tree(files: Mapping[str, str]) -> Tree:
    blobs = {RelPath(path): FileBlob(text.encode()) for path, text in files.items()}
    return Tree({**blobs, SPEC: FileBlob(b"services: {}\n", seeded=True)})


@contextmanager
def project(base: Mapping[str, str], disk: Mapping[str, str]) -> Iterator[Path]:
    """A project that was written with base, and then was changed to what stands in disk."""
    with tempfile.TemporaryDirectory() as folder:
        root = begin(Path(folder) / "shop", tree(base))
        for path in PATHS:
            (root / path).unlink(missing_ok=True)
            if path in disk:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(disk[path])
        yield root


def files_of(root: Path) -> dict[str, bytes]:
    found = snapshot(root, without=(".blueprint", ".git"))
    return {path: content for path, (_, content) in found.items() if content is not None}


@LAWS
@given(base=FILES, disk=FILES, new=FILES)
def test_what_is_told_before_is_what_happens(base: Files, disk: Files, new: Files) -> None:
    with project(base, disk) as root:
        before = snapshot(root)
        plan = compared(root, tree(new))
        assert snapshot(root) == before

        patched = Path(shutil.copytree(root, root.parent / "patched"))
        patch = "".join(f"{line.text}\n" for line in diff_lines(plan.steps))
        (patched / "patch").write_text(patch)
        if patch:
            subprocess.run([require("git"), "apply", "--unsafe-paths", "patch"], cwd=patched, check=True)
        (patched / "patch").unlink()

        assert bring(root, tree(new)) == plan
        assert files_of(patched) == files_of(root)


@LAWS
@given(base=FILES, disk=SOME_FILES, new=FILES)
def test_no_line_of_the_users_gets_lost(base: Files, disk: Files, new: Files) -> None:
    mine = {path: f"{text}mine\n" for path, text in disk.items()}
    with project(base, mine) as root:
        bring(root, tree(new))
        for path in mine:
            assert "mine" in (root / path).read_text().split()


@LAWS
@given(base=FILES, disk=FILES, new=FILES)
def test_a_second_run_changes_nothing(base: Files, disk: Files, new: Files) -> None:
    with project(base, disk) as root:
        bring(root, tree(new))
        before = snapshot(root)
        assert set(told(bring(root, tree(new))).values()) <= {"unresolved", "blocked"}
        assert snapshot(root) == before


@LAWS
@given(base=FILES, disk=FILES, new=FILES)
def test_to_undo_is_to_have_done_nothing(base: Files, disk: Files, new: Files) -> None:
    with project(base, disk) as root:
        before = files_of(root)
        if bring(root, tree(new)).steps:
            undo(root)
        assert files_of(root) == before


@LAWS
@given(base=FILES, new=FILES)
def test_an_untouched_project_becomes_what_a_new_one_would_be(base: Files, new: Files) -> None:
    with project(base, base) as root:
        bring(root, tree(new))
        model = begin(root.parent / "model", tree(new))
        assert snapshot(root, without=("local",)) == snapshot(model)
