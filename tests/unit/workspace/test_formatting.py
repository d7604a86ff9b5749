from __future__ import annotations

import pytest

from blueprint.tree import RelPath
from blueprint.workspace.formatting import equivalent

CODE = b'def f(a, b):\n    """Doc."""\n    return [a, b]  # both\n'


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (CODE.replace(b'"""', b"'''"), True),
        (CODE.replace(b"[a, b]", b"[\n        a,\n        b,\n    ]"), True),
        (CODE.replace(b"# both", b"# all"), False),
        (CODE.replace(b"  # both", b""), False),
        (CODE.replace(b"[a, b]", b"[b, a]"), False),
        (CODE.replace(b"Doc", b"Doctor"), False),
        (b"def f(", False),
        (b"\0", False),
        (b"x = " + b"(" * 100_000, False),
    ],
    ids=["quotes", "lines", "comment", "no comment", "order", "docstring", "broken", "NUL", "deep"],
)
def test_code_means_the_same_if_only_its_format_differs(other: bytes, same: bool) -> None:
    assert equivalent(RelPath("a.py"), CODE, other) is same


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (b'{"a": 1,\n "b": [1]}', True),
        (b'{"b": [1], "a": 1}', False),
        (b'{"a": 2, "b": [1]}', False),
        (b"{", False),
    ],
    ids=["lines", "order", "value", "broken"],
)
def test_data_means_the_same_if_only_its_format_differs(other: bytes, same: bool) -> None:
    assert equivalent(RelPath("a.json"), b'{"a": 1, "b": [1]}', other) is same


@pytest.mark.parametrize(
    ("path", "one", "other", "same"),
    [
        ("a.toml", "a = 1 # why", "a  =  1   # why", True),
        ("a.toml", "a = [1, 2]", "a = [\n    1,\n    2,\n]", True),
        ("a.toml", "a = 1 # why", "a = 1", False),
        ("a.toml", "a = 1\nb = 2", "b = 2\na = 1", False),
        ("a.toml", "a = 1", "a = ", False),
        ("a.yaml", 'a: "b"', "a: 'b'", True),
        ("a.yaml", "a:\n- 1", "a:\n  - 1", True),
        ("a.yaml", 'a: "1"', "a: 1", False),
        ("a.yml", "a: 1 # why", "a: 1 # that is why", False),
        ("a.yml", "a: 1", "a: 1\na: 1", False),
    ],
)
def test_data_with_comments_means_the_same_if_these_do_too(
    path: str, one: str, other: str, same: bool
) -> None:
    assert equivalent(RelPath(path), one.encode(), other.encode()) is same


def test_of_other_files_every_byte_counts() -> None:
    assert not equivalent(RelPath("a.cfg"), b"a = 1", b"a  = 1")
