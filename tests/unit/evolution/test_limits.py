"""Whether a new limit, or a new rule for a column, lets in all rows that are there, decides what is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .lamps import Answer, Lamps

SMALL = range(-3, 6)
LIMITS = [
    "",
    *(f" {op} {number}" for op in (">=", ">", "<=", "<", "==") for number in (1, 2)),
    " 1..2",
    " 0..4",
]


@pytest.fixture(autouse=True)
def _cache(cache: Path) -> Iterator[None]:
    yield


def let_in(limit: str) -> set[int]:
    """The small numbers within the limit, as Python reads it."""
    if ".." in limit:
        least, most = map(int, limit.split(".."))
        return {*range(least, most + 1)}
    return {number for number in SMALL if not limit or eval(f"{number}{limit}")}


def expected(before: str, after: str) -> Answer:
    old, new = let_in(before), let_in(after)
    if old == new:
        return "nothing"
    return "migration" if old < new else "refused"


@pytest.mark.parametrize("before", LIMITS)
def test_a_limit_is_followed_where_every_row_is_within_the_new_one(before: str, tmp_path: Path) -> None:
    found = {
        after: Lamps(tmp_path / str(number), f"watts: int{before}").becomes(f"watts: int{after}")
        for number, after in enumerate(LIMITS)
    }

    assert found == {after: expected(before, after) for after in LIMITS}


@pytest.mark.parametrize("kind", ["int?", "money", "money?"])
@pytest.mark.parametrize(("before", "after"), [(" <= 10", " <= 20"), (" > 3", " >= 3"), (" == 3", "")])
def test_a_looser_limit_is_a_migration_once_and_there_is_no_way_back(
    before: str, after: str, kind: str, tmp_path: Path
) -> None:
    lamps = Lamps(tmp_path, f"watts: {kind}{before}")

    assert lamps.becomes(f"watts: {kind}{after}") == "migration"
    assert lamps.becomes(f"watts: {kind}{after}") == "nothing"
    assert lamps.becomes(f"watts: {kind}{before}") == "refused"


@pytest.mark.parametrize("limit", LIMITS)
def test_the_database_keeps_the_limit(limit: str, tmp_path: Path) -> None:
    lamps = Lamps(tmp_path, f"watts: int{limit}")

    assert {number for number in SMALL if lamps.takes(watts=number)} == let_in(limit)


@pytest.mark.parametrize("limit", LIMITS)
def test_the_database_keeps_the_limit_of_a_column_that_came_later(limit: str, tmp_path: Path) -> None:
    lamps = Lamps(tmp_path, "name: str")

    assert lamps.becomes(f"name: str, watts: int?{limit}") == "migration"
    assert {number for number in SMALL if lamps.takes(name="a", watts=number)} == let_in(limit)
    assert lamps.takes(name="a")


FRACTIONS = ["", " >= 0.5", " > 0.5", " <= 0.5", " < 0.5", " == 0.5", " 0.25..0.75", " 0.5..0.75"]


@pytest.mark.parametrize("kind", ["float", "decimal(5,2)"])
def test_limits_with_fractions_are_followed_and_kept_like_others(kind: str, tmp_path: Path) -> None:
    hundredths = range(-100, 200)

    def inside(limit: str) -> set[int]:
        if ".." in limit:
            least, most = map(float, limit.split(".."))
            return {number for number in hundredths if least <= number / 100 <= most}
        return {number for number in hundredths if not limit or eval(f"{number / 100}{limit}")}

    for number, before in enumerate(FRACTIONS):
        lamps = Lamps(tmp_path / f"{number}", f"watts: '{kind}{before}'")
        some = {24, 25, 49, 50, 51, 75, 76, -100}
        stored = {each: each if kind.startswith("decimal") else each / 100 for each in some}
        assert {each for each in some if lamps.takes(watts=stored[each])} == inside(before) & some
        for other, after in enumerate(FRACTIONS):
            old, new = inside(before), inside(after)
            found = Lamps(tmp_path / f"{number}-{other}", f"watts: '{kind}{before}'").becomes(
                f"watts: '{kind}{after}'"
            )
            assert found == ("nothing" if old == new else "migration" if old < new else "refused"), after


UNIQUE_BY_HAND = [
    "CREATE UNIQUE INDEX mine ON lamps (name);\n",
    'CREATE UNIQUE INDEX "mine" ON "lamps" ("name" DESC);\n',
    "CREATE INDEX other ON lamps (name);\nCREATE UNIQUE INDEX mine ON lamps (name);\n",
]
NOT_UNIQUE = [
    "CREATE INDEX mine ON lamps (name);\n",
    "CREATE UNIQUE INDEX mine ON lamps (name, watts);\n",
    "CREATE UNIQUE INDEX mine ON lamps (watts);\n",
    "CREATE UNIQUE INDEX mine ON lamps (lower(name));\n",
    "CREATE UNIQUE INDEX mine ON lamps (name) WHERE watts > 0;\n",
    "CREATE UNIQUE INDEX mine ON lamps (name);\nDROP INDEX mine;\n",
    "CREATE TABLE other (name TEXT);\nCREATE UNIQUE INDEX mine ON other (name);\n",
]


@pytest.mark.parametrize("statements", UNIQUE_BY_HAND)
def test_a_unique_index_of_the_users_lifts_the_refusal(statements: str, tmp_path: Path) -> None:
    lamps = Lamps(tmp_path, "name: str, watts: int?")
    assert lamps.becomes("name: str unique, watts: int?") == "refused"

    lamps.migrate(statements)

    assert lamps.becomes("name: str unique, watts: int?") == "nothing"
    assert lamps.becomes("name: str, watts: int?") == "refused"  # the index is theirs to drop


@pytest.mark.parametrize("statements", NOT_UNIQUE)
def test_what_keeps_no_column_unique_lifts_nothing(statements: str, tmp_path: Path) -> None:
    lamps = Lamps(tmp_path, "name: str, watts: int?")

    lamps.migrate(statements)

    assert lamps.becomes("name: str unique, watts: int?") == "refused"


@pytest.mark.parametrize("start", ["name: str unique", "watts: int?"], ids=["with the table", "later"])
def test_unique_can_go_and_not_come_back(start: str, tmp_path: Path) -> None:
    lamps = Lamps(tmp_path, start)
    if start != "name: str unique":
        assert lamps.becomes("watts: int?, name: str? unique") == "migration"
    kind = "str" if start == "name: str unique" else "str?"
    rest = "" if start == "name: str unique" else "watts: int?, "

    assert lamps.becomes(f"{rest}name: {kind} unique") == "nothing"
    assert lamps.becomes(f"{rest}name: {kind}") == "migration"
    assert lamps.becomes(f"{rest}name: {kind}") == "nothing"
    assert lamps.becomes(f"{rest}name: {kind} unique") == "refused"


RULES = ["str", "str?", "str unique", "str? unique"]


@pytest.mark.parametrize("before", RULES)
def test_every_rule_of_a_column_counts(before: str, tmp_path: Path) -> None:
    found = {
        after: Lamps(tmp_path / str(number), f"name: {before}").becomes(f"name: {after}")
        for number, after in enumerate(RULES)
    }

    assert found == {after: followed(before, after) for after in RULES}


def followed(before: str, after: str) -> Answer:
    old, new = ({"filled": "?" not in rule, "unique": "unique" in rule} for rule in (before, after))
    if any(new[rule] and not old[rule] for rule in new):
        return "refused"
    return "nothing" if old == new else "migration"


def test_a_field_that_an_index_of_the_users_keeps_unique_stays_so_until_they_drop_it(tmp_path: Path) -> None:
    lamps = Lamps(tmp_path, "code: str?")
    lamps.migrate("CREATE UNIQUE INDEX mine ON lamps (code);")
    assert lamps.becomes("code: str?") == "nothing"
    assert lamps.becomes("code: str? unique") == "nothing"

    assert lamps.becomes("code: str?") == "refused"
    lamps.migrate("DROP INDEX mine;")
    assert lamps.becomes("code: str?") == "nothing"
