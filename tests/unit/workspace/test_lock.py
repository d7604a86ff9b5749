from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.errors import ConflictError
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.lock import Lock, LockEntry, Owner, encode, lock_of, read_lock
from tests.unit.workspace.sample import SAMPLE

HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
PATHS = st.text('abcé店 "', min_size=1).filter(lambda text: '"' not in text and text[-1] != " ").map(RelPath)
LOCKS = st.builds(
    Lock,
    st.text(),
    st.dictionaries(PATHS, st.builds(LockEntry, HASHES, st.sampled_from(Owner), st.booleans())),
)


@given(lock=LOCKS)
def test_a_lock_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> None:
    file = tmp_path_factory.getbasetemp() / "lock.json"
    file.write_bytes(encode(lock))

    assert read_lock(file) == lock


def test_the_lock_says_whose_each_file_is() -> None:
    files = lock_of(SAMPLE, "1.2.3").files

    assert files[RelPath("bin/start")] == LockEntry(SAMPLE[RelPath("bin/start")].sha256, Owner.TOOL, True)
    assert files[RelPath("src/shop/orders/actions.py")].owner is Owner.SEED


def test_the_lock_has_a_line_for_each_file_in_order() -> None:
    text = encode(lock_of(SAMPLE, "1.2.3")).decode()

    assert text.splitlines()[:4] == ["{", '  "format": 1,', '  "blueprint": "1.2.3",', '  "files": {']
    assert [line.split('"')[1] for line in text.splitlines()[4:-2]] == sorted(SAMPLE)
    assert json.loads(text)["files"]["README.md"]["owner"] == "tool"


def test_a_lock_of_nothing_is_json() -> None:
    assert json.loads(encode(lock_of(Tree({}), "1")))["files"] == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 1}',
        '{"format": "1", "blueprint": "1", "files": {}}',
        '{"format": 1, "blueprint": "1", "files": {"../x": {}}}',
        '{"format": 1, "blueprint": "1", "files": {"x": {}}}',
        '{"format": 1, "blueprint": "1", "files": {"x": {"sha256": "", "owner": "me", "executable": true}}}',
        '{"format": 1, "blueprint": "1", "files": [1]}',
        '<<<<<<< HEAD\n{"format": 1}\n=======\n{}\n>>>>>>> main\n',
        "\xff",
        "[" * 100_000,
    ],
    ids=range(12),
)
def test_a_damaged_lock_is_a_conflict(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lock.json"
    file.write_text(text, "latin-1")

    with pytest.raises(ConflictError) as error:
        read_lock(file)

    assert error.value.problems[0].code == "lock-damaged"


def test_a_lock_of_a_later_version_is_a_conflict(tmp_path: Path) -> None:
    file = tmp_path / "lock.json"
    file.write_text('{"format": 2, "blueprint": "9", "files": {}}')

    with pytest.raises(ConflictError) as error:
        read_lock(file)

    assert error.value.problems[0].code == "lock-too-new"


def test_files_with_equal_bytes_have_equal_hashes() -> None:
    tree = Tree({RelPath("a"): FileBlob(b"x"), RelPath("b"): FileBlob(b"x", executable=True)})

    assert len({entry.sha256 for entry in lock_of(tree, "1").files.values()}) == 1
