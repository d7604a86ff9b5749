"""The lines that a problem names are all that it takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from blueprint.compatibility import incompatibilities
from blueprint.spec.load import load_spec
from tests.unit.compatibility.shops import PATH, SHOP, edited, problems, spec
from tests.unit.compatibility.test_verdicts import SIDE_BY_SIDE

_SNIPPET = re.compile(r"(?:in \"(?P<service>[\w-]+)\" )?(?P<key>publishes|events|types): (?=\{)")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("buyer: str, ", "colour: str, "),
        ("total: money", "total: money?"),
        ("weight: int?", "weight: int"),
        ("placed: time", "placed: int"),
        ("urgent: bool", "urgent: line"),
        ('lines: "list[line]", ', ""),
        ("quantity: int >= 1", "quantity: int >= 2"),
        ("line: {product: ref(products), ", "line: {number: int, "),
        ("types:\n  line", "types:\n  line_v1: {any: str}\n  line"),
    ],
)
def test_with_the_lines_of_the_hint_nothing_is_lost(old: str, new: str) -> None:
    changed = edited((old, new))
    if "line_v1" in new:
        changed = edited(("quantity: int", "count: int"), text=changed)

    followed = load_spec(with_hints(changed), PATH)

    assert incompatibilities(spec(), followed) == ()
    assert [each.event for each in followed.service("orders").publishes] == [
        "order.placed",
        "order.placed.v2",
    ]


def test_a_type_that_is_gone_is_written_again() -> None:
    line = "types:\n  line: {product: ref(products), quantity: int >= 1, note: str?}\n"
    changed = edited((line, ""), ('"list[line]"', "str"))

    followed = load_spec(with_hints(changed), PATH)

    assert incompatibilities(spec(), followed) == ()
    assert [field.name for field in followed.type("line_v1").fields] == ["product", "quantity", "note"]


def test_what_the_new_version_does_not_provide_is_for_code_to_compute() -> None:
    [problem] = problems(("buyer: str, ", "colour: str, "))

    assert problem.hint is not None
    assert "{order.placed: {order_id: str, buyer: str computed, total: money," in problem.hint


def test_a_type_that_changes_is_kept_under_another_name() -> None:
    [problem] = problems(("quantity: int >= 1", "quantity: int"))

    assert problem.hint is not None
    assert problem.hint.endswith(
        'types: {line_v1: {product: ref(products), quantity: "int >= 1", note: "str?"}}'
    )
    assert '"list[line_v1] computed"' in problem.hint


def test_an_older_version_is_described_as_it_was() -> None:
    [problem] = problems(("{order_id: str, buyer: str}", "{order_id: str}"), before=SIDE_BY_SIDE)

    assert problem.hint == (
        "declare the old version: at the top level events: {order.placed: {order_id: str, buyer: str}}"
    )


def with_hints(text: str) -> str:
    """The spec with the lines that all hints name."""
    document: dict[str, Any] = _read(text)
    for problem in incompatibilities(spec(SHOP), load_spec(text, PATH)):
        hint = problem.hint or ""
        for found in _SNIPPET.finditer(hint):
            written = _read(_braced(hint[found.end() :]))
            target = document["services"][found["service"]] if found["service"] else document
            target[found["key"]] = {**target.get(found["key"], {}), **written}
    return yaml.safe_dump(document, sort_keys=False)


def _read(text: str) -> Any:
    return yaml.CBaseLoader(text).get_single_data()


def _braced(text: str) -> str:
    """The text up to the brace that closes the first one."""
    depth = 0
    for position, char in enumerate(text):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth == 0:
            return text[: position + 1]
    raise AssertionError(text)
