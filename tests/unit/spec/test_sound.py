"""Where one part of a spec is broken, what follows from it is not called broken, too."""

from __future__ import annotations

import re

import pytest

from blueprint.spec.load import load_spec

from .examples import PATH, SHOP, changed, problems_of

RICH = changed(
    SHOP,
    ("created: order.placed,", "created: [order.placed, order.placed.v2],"),
    (
        "workflows:\n",
        "  stats:\n"
        "    reacts_to: {order.placed: count_up, payment.captured: add_up}\n"
        "    publishes: {count_up: stats.counted}\n"
        "  boards:\n"
        "    reacts_to: {stats.counted: show}\n"
        "workflows:\n",
    ),
)
RICH += "events:\n  order.placed: {order_id: str}\n"
"""Services that follow from each other, over events, a workflow and an older version."""

PARTS = list(re.finditer(r"^  ([\w.]+):(?: \{| *\n)", RICH, re.MULTILINE))
KEYS = list(re.finditer(r"\b[a-z_]+(?:\.[a-z_]+)?(?=: )", RICH))
ABOUT_THE_NAME = {"missing-key", "no-shape"} | {
    f"unknown-{kind}" for kind in ("action", "event", "service", "type")
}


def titles(found: list[re.Match[str]]) -> list[str]:
    return [f"{RICH.count(chr(10), 0, each.start()) + 1} {each[0].strip()}" for each in found]


def test_it_is_sound() -> None:
    assert len(load_spec(RICH, PATH).services) == 6


@pytest.mark.parametrize("part", PARTS, ids=titles(PARTS))
def test_a_key_that_is_not_known_is_all_that_is_told(part: re.Match[str]) -> None:
    more = "Oops: str, " if part[0].endswith("{") else "    oops: str\n"

    [problem] = problems_of(RICH[: part.end()] + more + RICH[part.end() :])

    assert "oops" in problem.message.lower()


@pytest.mark.parametrize("key", KEYS, ids=titles(KEYS))
def test_a_misspelt_key_is_told_and_beside_it_only_who_names_it(key: re.Match[str]) -> None:
    start, line = key.start(), RICH.count("\n", 0, key.start()) + 1
    place = (line, start - RICH.rfind("\n", 0, start))

    problems = problems_of(RICH[:start] + key[0].capitalize() + RICH[key.end() :])

    assert {"bad-name", "unknown-key"} & {each.code for each in problems if (each.line, each.column) == place}
    others = {each.code for each in problems if (each.line, each.column) != place}
    assert others <= ABOUT_THE_NAME
