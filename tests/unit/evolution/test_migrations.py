"""A changed resource becomes one more migration, after which the stored table is what the spec wants."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.catalog.load import load_catalog
from blueprint.errors import SpecError
from blueprint.evolution.tables import stored_table
from blueprint.plan.model import Plan, Template, Text
from blueprint.plan.planner import make_plan
from blueprint.plan.standing import Standing
from blueprint.plan.tables import StoredTable, columns_of, named
from blueprint.render.context import context_about, context_of
from blueprint.render.environment import Templates
from blueprint.spec.load import load_spec
from blueprint.spec.names import Name
from blueprint.tree import RelPath

CATALOG = load_catalog()
FOLDER = "src/shop/lamps/migrations"


def planned(fields: str, *before: str) -> Plan:
    """The plan for lamps with these fields, where these migrations are on the disk."""
    head = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\nservices:\n  lamps:\n"
    text = f"{head}    resource: {{{fields}}}\n"
    files = {RelPath(f"{FOLDER}/{number:04}_some.sql"): sql for number, sql in enumerate(before, 1)}
    standing = Standing(files, len(before), stored_table("lamps", before))
    return make_plan(
        load_spec(text, "blueprint.yaml"), CATALOG, text, {Name("lamps"): standing} if before else {}
    )


def migrations(plan: Plan) -> dict[str, str]:
    """Name and text of all migrations of lamps."""
    templates = Templates(plan, context_of(plan))
    texts = {}
    for file in plan.files:
        if file.path.startswith(FOLDER):
            source = file.source
            assert file.seeded
            assert isinstance(source, Text | Template)
            texts[file.path.rpartition("/")[2]] = (
                source.text
                if isinstance(source, Text)
                else templates.render(source.origin.label, context_about(source.subject))
            )
    return texts


def first(fields: str) -> str:
    return migrations(planned(fields))["0001_lamps.sql"]


def next_of(fields: str, *before: str) -> dict[str, str]:
    found = migrations(planned(fields, *before))
    return {name: text for name, text in found.items() if not name.endswith("_some.sql")}


def test_a_later_field_is_one_more_migration() -> None:
    assert next_of("name: str, sku: str?", first("name: str")) == {
        "0002_add_sku.sql": 'ALTER TABLE "lamps" ADD COLUMN "sku" TEXT;\n'
    }


def test_what_was_written_before_stays_as_it_is() -> None:
    before = first("name: str") + "-- by hand\n"

    assert migrations(planned("name: str, sku: str?", before))["0001_some.sql"] == before


def test_without_a_change_there_is_no_migration() -> None:
    fields = "name: str unique, watts: int? >= 1, on_sale: bool, made: time?, parts: 'list[str]', status: str"

    assert next_of(fields, first(fields)) == {}


def test_a_status_may_come_later() -> None:
    [(name, text)] = next_of("name: str, status: str", first("name: str")).items()

    assert (name, "DEFAULT 'pending'" in text) == ("0002_add_status.sql", True)


def test_many_fields_are_one_migration_with_a_short_name() -> None:
    more = ", ".join(f"a_rather_long_name_{number}: int?" for number in range(9))

    assert list(next_of(f"name: str, {more}", first("name: str"))) == [
        "0002_add_a_rather_long_name_0_and_8_more.sql"
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: str unique", "name: str"),
        ("name: str", "name: str?"),
        ("name: str, watts: int >= 3", "name: str, watts: int >= 1"),
        ("name: str, watts: int >= 3", "name: str, watts: int"),
        ("name: str, watts: int >= 3", "name: str"),
        ("name: str, watts: int >= 3", "name: str, power: int?"),
    ],
)
def test_a_table_that_keeps_out_what_the_spec_lets_in_is_made_anew(before: str, after: str) -> None:
    texts = [first(before), 'CREATE INDEX "mine" ON "lamps" ("name", "id");\n']
    [(name, text)] = next_of(after, *texts).items()

    table = stored_table("lamps", [*texts, text])

    assert name.startswith("0003_change_")
    assert table is not None
    assert table.indexes == ('CREATE INDEX "mine" ON "lamps" ("name", "id")',)
    assert next_of(after, *texts, text) == {}


@pytest.mark.parametrize(
    ("before", "after", "message", "hint"),
    [
        ("name: str", "name: str, sku: str", 'none of them has a "sku"', 'put a "?" behind its type'),
        (
            "name: str, watts: int",
            "name: str, watts: str",
            '"watts" holds BIGINT there, not TEXT',
            "another name",
        ),
        ("name: str?", "name: str", '"name" may be empty there', "fills and restricts the column name"),
        (
            "name: str",
            "name: str unique",
            '"name" need not be unique there',
            "a unique index for the column name",
        ),
        (
            "watts: int >= 1",
            "watts: int >= 2",
            '"watts" can be out of the new limit there',
            "restricts the column watts",
        ),
    ],
)
def test_what_stored_rows_could_not_follow_is_refused(
    before: str, after: str, message: str, hint: str
) -> None:
    with pytest.raises(SpecError) as refused:
        planned(after, first(before))

    [problem] = refused.value.problems
    assert (problem.code, problem.line) == ("stored-rows", 7)
    assert message in problem.message
    assert hint in str(problem.hint)


def test_a_migration_of_the_users_is_the_way_out() -> None:
    by_hand = (
        'ALTER TABLE "lamps" RENAME COLUMN "watts" TO "power";\n'
        'ALTER TABLE "lamps" ADD COLUMN "shade" TEXT NOT NULL DEFAULT \'\';\n'
    )

    assert next_of("name: str, power: int, shade: str", first("name: str, watts: int"), by_hand) == {}


KINDS = st.sampled_from(["str", "int", "int >= 1", "int >= 0", "int <= 9", "money", "bool", "str unique"])
NAMES = ["name", "watts", "power", "shade"]
Fields = dict[str, tuple[str, bool]]


@st.composite
def changes(draw: st.DrawFn) -> tuple[Fields, Fields]:
    """The fields before and after: some go, some take more than before, some come and may be empty."""
    before = draw(st.dictionaries(st.sampled_from(NAMES), st.tuples(KINDS, st.booleans()), min_size=1))
    after = {name: (draw(KINDS), True) for name in draw(st.sets(st.sampled_from(NAMES))) - before.keys()}
    for name, (kind, optional) in before.items():
        if draw(st.booleans()) or not after:
            looser = draw(st.sampled_from([kind, kind.split()[0]]))
            after[name] = (looser, optional or draw(st.booleans()))
    return before, after


def written(fields: Fields) -> str:
    return ", ".join(
        f"{name}: {kind.replace(' ', '? ', 1) if ' ' in kind else kind + '?'}"
        if optional
        else f"{name}: {kind}"
        for name, (kind, optional) in fields.items()
    )


@settings(max_examples=60, deadline=None)
@given(changes())
def test_any_change_that_rows_can_follow_ends_where_the_spec_wants_and_loses_nothing(
    change: tuple[Fields, Fields],
) -> None:
    before, after = change
    start = first(written(before))
    plan = planned(written(after), start)
    more = [text for name, text in migrations(plan).items() if not name.endswith("_some.sql")]

    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(start)
        columns = [*before]
        row = ["x" if before[name][0].startswith("str") else 5 for name in columns]
        marks = ", ".join("?" for _ in row)
        names = ", ".join(f'"{name}"' for name in columns)
        database.execute(f"INSERT INTO lamps (id, created_at, {names}) VALUES ('1', 'now', {marks})", row)
        for text in more:
            database.executescript(text)
        assert list(database.execute(f"SELECT {names} FROM lamps").fetchone()) == row

    table = stored_table("lamps", [start, *more])
    assert isinstance(table, StoredTable)
    stored = named(table.columns)
    wanted = columns_of(plan.spec.service("lamps"))
    assert {column.name: stored[column.name] for column in wanted} == named(wanted)
    assert all(not column.required for name, column in stored.items() if name not in after)
