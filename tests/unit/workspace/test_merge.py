from __future__ import annotations

import json

import pytest

from blueprint.merging.spans import MergeConflict
from blueprint.tree import RelPath
from blueprint.workspace.merge import Merged, merge

TEXT, DATA = RelPath("a.txt"), RelPath("a.json")


def merged_data(base: object, yours: object, new: object) -> object:
    """The merge of three documents, each on one line; None for a conflict."""
    try:
        return json.loads(merge(DATA, *(json.dumps(value).encode() for value in (base, yours, new))).content)
    except MergeConflict:
        return None


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
    assert merged_data(["a", "b"], ["b", "mine"], ["a", "b", "new"]) == ["b", "new", "mine"]


@pytest.mark.parametrize("value", ["x", ["x"], {"x": 1}], ids=["text", "list", "object"])
def test_a_value_without_a_name_that_both_replaced_is_for_people(value: object) -> None:
    assert merged_data(["a", value], ["a", "mine"], ["a", "new"]) is None
    assert merged_data(["a"], ["a", "mine", value], ["a", "new"]) == ["a", "new", "mine", value]


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
        ([[1]], [[2]], [[3]]),
        ({}, [], {"a": 1}),
    ],
    ids=["changed twice", "deleted and changed", "almost equal", "lists of lists", "of another kind"],
)
def test_values_that_both_sides_changed_clash(base: object, yours: object, new: object) -> None:
    assert merged_data(base, yours, new) is None


def test_merged_data_is_indented_as_before() -> None:
    additions = ("", ',\n    "m": "ä"', ',\n    "n": 3')
    base, yours, new = (f'{{\n    "a": 1{addition}\n}}\n'.encode() for addition in additions)

    assert merge(DATA, base, yours, new).content.decode() == '{\n    "a": 1,\n    "n": 3,\n    "m": "ä"\n}\n'


def test_data_that_is_none_is_no_place_for_markers() -> None:
    with pytest.raises(MergeConflict, match="it cannot be parsed as JSON"):
        merge(DATA, b"{}", b"{mine", b"{new")


@pytest.mark.parametrize("path", ["Dockerfile", "a.sql", "deploy/Caddyfile", "haproxy.cfg"])
def test_what_has_lines_only_and_is_read_by_a_program_gets_no_markers(path: str) -> None:
    assert merge(RelPath(path), b"a\nb\nc\n", b"A\nb\nc\n", b"a\nb\nC\n") == Merged(b"A\nb\nC\n")
    with pytest.raises(MergeConflict, match="both sides changed the same lines"):
        merge(RelPath(path), b"a\n", b"mine\n", b"new\n")


def test_lines_that_merge_are_left_alone_if_the_result_is_right() -> None:
    texts = (b"a = 1\n\n\nb = 2\n", b"a   =   3\n\n\nb = 2\n", b"a = 1\n\n\nb = 4\n")

    assert merge(RelPath("a.py"), *texts) == Merged(b"a   =   3\n\n\nb = 4\n")


def test_lines_that_merge_to_a_name_that_is_there_twice_are_no_merge() -> None:
    base = b"class A:\n    a: int\n    b: int\n    c: int\n"
    yours = base.replace(b"    a", b"    d: int\n    a")
    new = base + b"    d: str\n"

    with pytest.raises(MergeConflict, match=r"both sides changed it: A > d"):
        merge(RelPath("a.py"), base, yours, new)


def test_a_key_that_both_brought_in_places_far_apart_is_there_once() -> None:
    base = b"a: 1\nb: 1\nc: 1\n"

    merged = merge(RelPath("a.yaml"), base, b"d: 1\n" + base, base + b"d: 1\n")

    assert sorted(merged.content.split(b"\n")) == [b"", b"a: 1", b"b: 1", b"c: 1", b"d: 1"]
    with pytest.raises(MergeConflict, match="d"):
        merge(RelPath("a.yaml"), base, b"d: 1\n" + base, base + b"d: 2\n")


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "mark"])
def test_what_is_merged_by_structure_is_written_as_yours_is(line_end: bytes, mark: bytes) -> None:
    base = b"class A:\n    a: int\n"
    yours = mark + (base + b"    mine: int\n").replace(b"\n", line_end)

    merged = merge(RelPath("a.py"), base, yours, base + b"    new: int\n")

    assert merged.content == mark + (base + b"    new: int\n    mine: int\n").replace(b"\n", line_end)


def test_code_that_is_no_utf_8_is_left_to_people() -> None:
    with pytest.raises(MergeConflict, match="it is not UTF-8"):
        merge(RelPath("a.py"), b"a = 1\n", b"a = '\xe4'\n", b"a = 2\n")


def test_a_file_that_nobody_can_read_is_merged_by_line_where_that_goes() -> None:
    base = b"a = 1\nb = 1\nc = 1\n"

    assert merge(RelPath("a.py"), base, base + b"d = (\n", base.replace(b"a = 1", b"a = 2")) == Merged(
        b"a = 2\nb = 1\nc = 1\nd = (\n"
    )
