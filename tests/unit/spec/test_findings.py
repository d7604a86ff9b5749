"""Problems are told in the order of the file, each once, and with the word that was meant."""

from __future__ import annotations

from itertools import permutations

import pytest

from blueprint.errors import Problem
from blueprint.spec.findings import closest, did_you_mean, in_order

NOWHERE = Problem("a", "of no place")
ALL = (
    NOWHERE,
    Problem("b", "of a line", None, "x", 2),
    Problem("c", "at its start", None, "x", 2, 1),
    Problem("d", "and further on", None, "x", 2, 11),
    Problem("e", "below", None, "x", 10, 2),
)


def test_problems_are_told_from_the_top_to_the_end() -> None:
    for found in permutations(ALL):
        assert in_order((*found, *found)) == ALL


@pytest.mark.parametrize(
    ("word", "options", "otherwise", "hint"),
    [
        ("ordr", ["orders", "users"], None, 'did you mean "orders"?'),
        ("ordr", ["orders", "users"], "add it", 'did you mean "orders"?'),
        ("xyz", ["orders", "users"], "add it", "add it"),
        ("xyz", ["orders", "users"], None, "known here: orders, users"),
        ("xyz", [], "add it", "add it"),
        ("xyz", [], None, "remove it"),
        ("xyz", list("abcdefghijkl"), None, "known here: a, b, c, d, e, f, g, h, i, j, k, l"),
        ("xyz", list("abcdefghijklm"), None, "known here: a, b, c, d, e, f, g, h, i, j, k, l, ..."),
    ],
)
def test_a_hint_says_what_was_meant_or_what_there_is(
    word: str, options: list[str], otherwise: str | None, hint: str
) -> None:
    assert did_you_mean(word, options, otherwise) == hint


@pytest.mark.parametrize(
    ("word", "options", "meant"),
    [
        ("not", ["notifications", "orders"], "notifications"),
        ("or", ["orders", "organisations"], None),
        ("orders" * 100, ["orders"], None),
    ],
)
def test_a_word_that_is_begun_is_one_that_was_meant(word: str, options: list[str], meant: str | None) -> None:
    assert closest(word, options) == meant
