from __future__ import annotations

import json

import pytest

from blueprint.tree import RelPath
from blueprint.workspace.merge import Merged, merge

TEXT, DATA = RelPath("a.txt"), RelPath("a.json")


def merged_data(base: object, yours: object, new: object) -> object:
    """The merge of three documents, each on one line; None where it clashes."""
    texts = (json.dumps(value).encode() for value in (base, yours, new))
    merged = merge(DATA, *texts)
    assert merged is not None
    return None if merged.clashes else json.loads(merged.content)


def test_lines_that_both_sides_begin_and_end_with_stay_outside_of_the_markers() -> None:
    merged = merge(TEXT, b"x\n", b"same\nmine\nend\n", b"same\nnew\nend\n")

    assert merged == Merged(b"same\n<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> blueprint\nend\n", 1)


def test_markers_stand_on_lines_of_their_own() -> None:
    merged = merge(TEXT, b"x", b"mine", b"new")

    assert merged == Merged(b"<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> blueprint\n", 1)


def test_bytes_that_are_no_utf_8_are_merged_as_they_are() -> None:
    assert merge(TEXT, b"a\nb\nc\n", b"\xe4\nb\nc\n", b"a\nb\nC\n") == Merged(b"\xe4\nb\nC\n")


def test_a_missing_last_line_end_stays_missing() -> None:
    assert merge(TEXT, b"a\nb\nc", b"A\nb\nc", b"a\nb\nC") == Merged(b"A\nb\nC")


def test_a_line_of_twenty_thousand_characters_is_a_line() -> None:
    x = b"x" * 20_000

    assert merge(TEXT, x + b"\nb\nc\n", x + b"!\nb\nc\n", x + b"\nb\nC\n") == Merged(x + b"!\nb\nC\n")


def test_mixed_line_ends_become_those_of_most_lines() -> None:
    assert merge(TEXT, b"a\nb\nc\n", b"A\r\nb\r\nc\n", b"a\nb\nC\n") == Merged(b"A\r\nb\r\nC\r\n")


def test_keys_of_data_that_are_neighbours_do_not_clash() -> None:
    assert merged_data({"a": 1}, {"a": 1, "mine": 2}, {"a": 1, "new": 3}) == {"a": 1, "mine": 2, "new": 3}
    assert merged_data({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}) == {"a": 2, "b": 2}


def test_values_of_lists_that_are_neighbours_do_not_clash() -> None:
    assert merged_data(["a", "b"], ["b", "mine"], ["a", "b", "new"]) == ["b", "mine", "new"]


def test_a_key_that_one_side_takes_out_is_gone() -> None:
    assert merged_data({"a": 1, "b": 1}, {"b": 1, "mine": 1}, {"a": 1, "b": 1, "c": 1}) == {
        "b": 1,
        "mine": 1,
        "c": 1,
    }


def test_objects_with_names_are_merged_by_name_in_the_order_of_the_new_ones() -> None:
    base = [{"name": "orders", "env": {}}, {"name": "gateway"}]
    yours = [{"name": "orders", "env": {"MINE": "1"}}, {"name": "gateway"}]
    new = [{"name": "orders", "env": {}}, {"name": "payments"}, {"name": "gateway"}]

    assert merged_data(base, yours, new) == [
        {"name": "orders", "env": {"MINE": "1"}},
        {"name": "payments"},
        {"name": "gateway"},
    ]


@pytest.mark.parametrize(
    ("base", "yours", "new"),
    [
        ({"a": 1}, {"a": 2}, {"a": 3}),
        ({"a": 1}, {}, {"a": 3}),
        ({"a": 1}, {"a": True}, {"a": 1.0}),
        ([[1]], [[1], [2]], [[1], [3]]),
        ({}, [], {"a": 1}),
    ],
    ids=["changed twice", "deleted and changed", "almost equal", "lists of lists", "of another kind"],
)
def test_values_that_both_sides_changed_clash(base: object, yours: object, new: object) -> None:
    assert merged_data(base, yours, new) is None


def test_merged_data_is_indented_as_before() -> None:
    additions = ("", ',\n    "m": "ä"', ',\n    "n": 3')
    base, yours, new = (f'{{\n    "a": 1{addition}\n}}\n'.encode() for addition in additions)
    merged = merge(DATA, base, yours, new)

    assert merged is not None
    assert merged.content.decode() == '{\n    "a": 1,\n    "m": "ä",\n    "n": 3\n}\n'


def test_data_that_is_none_gets_markers() -> None:
    merged = merge(DATA, b"{}", b"{mine", b"{new")

    assert merged is not None
    assert merged.clashes == 1
