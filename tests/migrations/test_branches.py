"""Two branches change one table: in whichever order a database meets their migrations, it ends alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from itertools import combinations, combinations_with_replacement
from pathlib import Path

import pytest

from blueprint.evolution.tables import first_failure
from blueprint.sql.digest import digest
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop
from tests.unit.evolution.test_migrations import first, next_of

PROGRAM = Path(__file__).with_name("branches.py")
SHOP = Recipe("e-commerce", "monolith")
START = {"name": "str unique", "price": "money >= 1", "watts": "int <= 9", "shade": "str"}
ROW = "INSERT INTO lamps (id, created_at, name, price, watts, shade) VALUES ('a', 'now', 'Ada', 7, 3, 'red')"
CHANGES: Mapping[str, tuple[str, str | None]] = {
    "name not unique": ("name", "str"),
    "price optional": ("price", "money? >= 1"),
    "price looser": ("price", "money >= 0"),
    "price unlimited": ("price", "money"),
    "shade dropped": ("shade", None),
    "watts looser": ("watts", "int <= 20"),
    "sku added": ("sku", "str?"),
    "sku as a number": ("sku", "int?"),
    "sku unique": ("sku", "str? unique"),
    "colour added": ("colour", "str?"),
    "size added": ("size", "int? >= 1"),
}
"""The field that each is about, and what it becomes."""

Branch = tuple[str, ...]
Files = dict[str, str]


def branches() -> list[Branch]:
    """Every change alone, and every two that are about different fields, in both orders of writing them."""
    pairs = [pair for pair in combinations(CHANGES, 2) if CHANGES[pair[0]][0] != CHANGES[pair[1]][0]]
    return [*((name,) for name in CHANGES), *pairs]


@cache
def files_of(branch: Branch) -> Files:
    """What `sync` writes on this branch, by the names of its files."""
    fields: dict[str, str | None] = dict(START)
    fields |= dict(CHANGES[name] for name in branch)
    spec = ", ".join(f"{name}: {text}" for name, text in fields.items() if text)
    texts = next_of(spec, first(written(START)), followed=written(START))
    return {f"{name}_{digest(text)[:8]}": text for name, text in texts.items()}


def written(fields: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {text}" for name, text in fields.items())


def disagree(one: Branch, other: Branch) -> bool:
    """Whether they make different things of one field: then git has a conflict in blueprint.yaml."""
    meant = {CHANGES[name][0]: CHANGES[name][1] for name in one}
    return any(meant.get(field, text) != text for field, text in (CHANGES[name] for name in other))


def is_refused_by_check(files: Files) -> bool:
    """Whether `check` says no: all of them are run on an empty database."""
    return first_failure([first(written(START)), *(files[name] for name in sorted(files))]) is not None


PAIRS = [*combinations_with_replacement(branches(), 2)]
GROUPS = 20
SAMPLE = 3
"""So many groups of pairs are run without --all."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "group",
    [
        pytest.param(number, marks=() if number < SAMPLE else pytest.mark.exhaustive)
        for number in range(GROUPS)
    ],
)
def test_two_branches_end_alike_in_every_order_or_check_refuses_them(
    workshop: Workshop, tmp_path: Path, group: int
) -> None:
    pairs = [(files_of(one), files_of(other)) for one, other in PAIRS[group::GROUPS]]
    start = {f"0001_lamps_{digest(first(written(START)))[:8]}": first(written(START))}
    command = ("python", "-P", str(PROGRAM), "shop", str(tmp_path))
    asked = json.dumps({"row": ROW, "start": start, "pairs": pairs})

    ends = json.loads(workshop.run(SHOP, *command, pythonpath="src", stdin=asked))

    for (one, other), files, found in zip(PAIRS[group::GROUPS], pairs, ends, strict=True):
        if is_refused_by_check({**files[0], **files[1]}):
            assert disagree(one, other), (one, other)
        else:
            assert found[0] is not None
            assert found == [found[0]] * len(found), (one, other)


def test_only_what_branches_disagree_about_is_refused() -> None:
    """Of 1,830 pairs 243: those that add one column with two meanings."""
    refused = [
        (one, other) for one, other in PAIRS if is_refused_by_check({**files_of(one), **files_of(other)})
    ]

    assert (len(PAIRS), len(refused)) == (1830, 243)
    assert all(disagree(one, other) for one, other in refused)
