"""A class says what a file may hold; all that does not fit is told at once, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import pytest
from msgspec import Struct, field

from blueprint.errors import SpecError
from blueprint.knowledge.decode import Limits, decode


class Span(Struct, frozen=True):
    low: float
    high: float


class Part(Struct, frozen=True):
    id: str
    kind: Literal["round", "square"]
    size: Annotated[float, Limits(0, 10)] = 1.0


class Thing(Struct, frozen=True):
    title: str
    count: int = 0
    is_new: bool = False
    span: Span | None = None
    words: tuple[str, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)


def told(text: str) -> list[tuple[str, int | None]]:
    """The messages, and the lines that they name."""
    with pytest.raises(SpecError) as caught:
        decode(Thing, text, "thing.yaml")
    return [(problem.message, problem.line) for problem in caught.value.problems]


def test_a_file_becomes_a_value() -> None:
    text = "title: a\ncount: 3\nis_new: true\nspan: [1, 2.5]\nwords: [x, y]\nparts: {p: {kind: round}}\n"
    thing, _ = decode(Thing, text, "thing.yaml")
    part = Part("p", "round", 1.0)
    assert thing == Thing("a", 3, True, Span(1, 2.5), ("x", "y"), {"p": part})


def test_what_may_be_left_out_has_its_default() -> None:
    assert decode(Thing, "title: a\n", "thing.yaml")[0] == Thing("a")


def test_the_places_of_all_parts_are_known() -> None:
    _, marks = decode(Thing, "title: a\nparts:\n  p: {kind: round}\n", "thing.yaml")
    assert marks.key_location("parts", "p").line == 3


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("count: 1\n", 'the file lacks the key "title"', 1),
        ("title: a\ncolour: red\n", 'unknown key "colour"', 2),
        ("title: a\ncount: many\n", '"count" takes a whole number, not "many"', 2),
        ("title: a\ncount: 1.5\n", '"count" takes a whole number, not "1.5"', 2),
        ("title: a\nis_new: maybe\n", '"is_new" cannot be "maybe"', 2),
        ("title: a\nspan: [1]\n", '"span" takes 2 values, not 1', 2),
        ("title: a\nspan: [1, .nan]\n", '"span" takes a number, not ".nan"', 2),
        ("title: a\nparts: {p: {kind: oval}}\n", '"kind" cannot be "oval"', 2),
        ("title: a\nparts: {p: {kind: round, size: -1}}\n", '"size" is "-1", which is out of range', 2),
        ("title: a\nparts: {p: {kind: round, size: 1e9}}\n", '"size" is "1e9", which is out of range', 2),
        ("title: a\nwords: x\n", '"words" takes a list, not "x"', 2),
        ("title: {a: b}\n", '"title" takes text, not keys and values', 1),
        ("- a\n", "the file takes 6 values, not 1", 1),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(text: str, message: str, line: int) -> None:
    assert told(text) == [(message, line)]


def test_all_that_does_not_fit_is_told_at_once() -> None:
    assert [line for _, line in told("title: a\ncount: x\nspan: 1\nis_new: 2\n")] == [2, 3, 4]
