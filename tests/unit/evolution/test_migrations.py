"""A changed resource becomes one more migration, after which the stored table is what the spec wants."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.catalog.load import load_catalog
from blueprint.errors import SpecError
from blueprint.evolution.tables import stored_table
from blueprint.plan.disk_state import DiskState
from blueprint.plan.model import Plan, Template, Text
from blueprint.plan.planner import make_plan
from blueprint.render.context import context_about, context_of
from blueprint.render.environment import Templates
from blueprint.spec.load import load_spec
from blueprint.spec.names import Name
from blueprint.sql.changes import run
from blueprint.sql.digest import digest
from blueprint.sql.statements import statements
from blueprint.tree import RelPath

CATALOG = load_catalog()
FOLDER = "src/shop/lamps/migrations"
NAMED = re.compile(r"([0-9]{4}_.+)_([0-9a-f]{8})\.sql")


SWITCH = "    actions: {switch: {in: {lamp_id: str}}}\n"
"""An action that sets the status of a lamp."""


def spec_of(fields: str, more: str) -> str:
    head = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\nservices:\n  lamps:\n"
    return f"{head}    resource: {{{fields}}}\n{more}"


def planned(fields: str, *before: str, followed: str | None = None, more: str = SWITCH) -> Plan:
    """The plan for lamps with these fields, where these migrations are on the disk.

    `followed` are the fields of the spec until now; without them, those of today.
    """
    text = spec_of(fields, more)
    files = {RelPath(f"{FOLDER}/{number:04}_some.sql"): sql for number, sql in enumerate(before, 1)}
    old = load_spec(spec_of(followed or fields, more), "blueprint.yaml").service("lamps").resource or ()
    bounds = {field.name.snake: field.bound for field in old}
    disk_state = DiskState(files, len(before), stored_table("lamps", before), bounds)
    return make_plan(
        load_spec(text, "blueprint.yaml"), CATALOG, text, {Name("lamps"): disk_state} if before else {}
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
    return next_of(fields)["0001_lamps"]


def next_of(fields: str, *before: str, followed: str | None = None) -> dict[str, str]:
    """The migrations that are written now, by their names without the digests, which are right."""
    texts = migrations(planned(fields, *before, followed=followed))
    found = {NAMED.fullmatch(name): text for name, text in texts.items() if not name.endswith("_some.sql")}
    assert all(name and digest(text)[:8] == name[2] for name, text in found.items())
    return {name[1]: text for name, text in found.items() if name}


def test_a_table_is_created_with_the_type_of_each_column() -> None:
    assert first("name: str unique, watts: int >= 1, parts: 'list[str]?'") == (
        'CREATE TABLE "lamps" (\n'
        '  "id" TEXT PRIMARY KEY,\n'
        '  "created_at" TEXT NOT NULL,\n'
        '  "name" TEXT NOT NULL, -- type name: str\n'
        '  "watts" BIGINT NOT NULL CONSTRAINT "lamps_watts_check" CHECK ("watts" >= 1), -- type watts: int\n'
        '  "parts" TEXT -- type parts: list[str]\n'
        ");\n"
        'CREATE UNIQUE INDEX "lamps__name__unique" ON "lamps" ("name");\n'
    )


def test_each_later_field_is_one_more_migration() -> None:
    assert next_of("name: str, sku: str?, watts: int? unique", first("name: str")) == {
        "0002_add_sku": 'ALTER TABLE "lamps" ADD COLUMN "sku" TEXT; -- type sku: str\n',
        "0002_add_watts": (
            'ALTER TABLE "lamps" ADD COLUMN "watts" BIGINT; -- type watts: int\n'
            'CREATE UNIQUE INDEX "lamps__watts__unique" ON "lamps" ("watts");\n'
        ),
    }


def test_what_was_written_before_stays_as_it_is() -> None:
    before = first("name: str") + "-- by hand\n"

    assert migrations(planned("name: str, sku: str?", before))["0001_some.sql"] == before


def test_without_a_change_there_is_no_migration() -> None:
    fields = "name: str unique, watts: int? >= 1, on_sale: bool, made: time?, parts: 'list[str]', status: str"

    assert next_of(fields, first(fields)) == {}


def test_a_status_may_come_later() -> None:
    [(name, text)] = next_of("name: str, status: str", first("name: str")).items()

    assert (name, "DEFAULT 'pending'" in text) == ("0002_add_status", True)


def test_a_status_that_nothing_sets_comes_later_as_any_field_does() -> None:
    with pytest.raises(SpecError, match='none of them has a "status"'):
        planned("name: str, status: str", first("name: str"), more="")


@pytest.mark.parametrize(("before", "after"), [(SWITCH, ""), ("", SWITCH)])
def test_who_sets_the_status_is_no_change_of_the_table(before: str, after: str) -> None:
    [stored] = migrations(planned("status: str", more=before)).values()

    assert ("DEFAULT 'pending'" in stored) == bool(before)
    assert list(migrations(planned("status: str", stored, more=after))) == ["0001_some.sql"]


ALTER = 'ALTER TABLE "lamps"'
BEFORE_NAMES = (
    'CREATE TABLE "lamps" (\n  "id" TEXT PRIMARY KEY,\n  "created_at" TEXT NOT NULL,\n'
    '  "name" TEXT NOT NULL UNIQUE,\n  "watts" BIGINT NOT NULL CHECK ("watts" >= 3)\n);\n'
)
"""As it was written before rules had names."""


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (
            "name: str unique",
            "name: str",
            {"drop_unique_name": 'DROP INDEX IF EXISTS "lamps__name__unique";'},
        ),
        ("name: str", "name: str?", {"drop_not_null_name": f'{ALTER} ALTER COLUMN "name" DROP NOT NULL;'}),
        *(
            (
                "name: str, watts: int >= 3",
                f"name: str, watts: int{looser}",
                {"drop_check_watts": f'{ALTER} DROP CONSTRAINT IF EXISTS "lamps_watts_check";'},
            )
            for looser in (" >= 1", " > 1", "")
        ),
        *(
            (
                "name: str, watts: int <= 10",
                f"name: str, watts: int {looser}",
                {"drop_check_watts": f'{ALTER} DROP CONSTRAINT IF EXISTS "lamps_watts_check";'},
            )
            for looser in ("<= 20", "< 12")
        ),
        ("watts: int >= 3", "watts: int > 2", {}),
        ("watts: int <= 10", "watts: int < 11", {}),
        *(
            (
                "name: str, watts: int >= 3",
                after,
                {"drop_not_null_watts": f'{ALTER} ALTER COLUMN "watts" DROP NOT NULL;'},
            )
            for after in ("name: str", "name: str, watts: int? >= 3")
        ),
    ],
)
def test_what_keeps_out_what_the_spec_lets_in_is_dropped_by_name(
    before: str, after: str, changes: dict[str, str]
) -> None:
    start = first(before)

    found = next_of(after, start, followed=before)

    assert found == {
        f"{number:04}_{name}": f"{sql}\n" for number, (name, sql) in enumerate(changes.items(), 2)
    }
    assert next_of(after, start, *found.values()) == {}


def test_rules_of_before_they_had_names_are_dropped_by_the_names_that_postgresql_gave_them() -> None:
    found = next_of("name: str?, watts: int? >= 1", BEFORE_NAMES)

    assert found == {
        "0002_drop_not_null_name": f'{ALTER} ALTER COLUMN "name" DROP NOT NULL;\n',
        "0002_drop_unique_name": f'{ALTER} DROP CONSTRAINT IF EXISTS "lamps_name_key";\n',
        "0002_drop_not_null_watts": f'{ALTER} ALTER COLUMN "watts" DROP NOT NULL;\n',
        "0002_drop_check_watts": f'{ALTER} DROP CONSTRAINT IF EXISTS "lamps_watts_check";\n',
    }
    assert next_of("name: str?, watts: int? >= 1", BEFORE_NAMES, *found.values()) == {}


def test_a_limit_that_was_loosened_is_not_narrowed_again() -> None:
    loose = next_of("watts: int >= 1", first("watts: int >= 3"))

    with pytest.raises(SpecError, match="can be out of the new limit"):
        planned("watts: int >= 2", first("watts: int >= 3"), *loose.values(), followed="watts: int >= 1")


@pytest.mark.parametrize(
    ("before", "after", "message", "hint"),
    [
        ("name: str", "name: str, sku: str", 'none of them has a "sku"', 'add a "?" after its type'),
        (
            "name: str, watts: int",
            "name: str, watts: str",
            '"watts" holds int there, not str',
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
        planned(after, first(before), followed=before)

    [problem] = refused.value.problems
    assert (problem.code, problem.line) == ("stored-rows", 7)
    assert message in problem.message
    assert hint in str(problem.hint)


def test_a_field_with_another_name_is_renamed_by_the_migration_that_the_hint_says() -> None:
    before = first("name: str, watts: int")
    with pytest.raises(SpecError) as refused:
        planned("name: str, power: int", before, followed="name: str, watts: int")

    rename = str(refused.value.problems[0].hint).partition("of your own: ")[2]
    assert next_of("name: str, power: int", before, rename) == {}


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


def insert(database: sqlite3.Connection, id: str, kinds: dict[str, str]) -> None:
    """A row with a value of its own in each of these columns."""
    values = [id, "now", *(f"x{id}" if kind.startswith("str") else 3 + int(id) for kind in kinds.values())]
    columns = ", ".join(f'"{name}"' for name in ("id", "created_at", *kinds))
    database.execute(f"INSERT INTO lamps ({columns}) VALUES ({', '.join('?' * len(values))})", values)


@settings(max_examples=60, deadline=None)
@given(changes())
def test_any_change_that_rows_can_follow_ends_where_the_spec_wants_and_loses_nothing(
    change: tuple[Fields, Fields],
) -> None:
    before, after = change
    start = first(written(before))
    more = list(next_of(written(after), start, followed=written(before)).values())

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        for statement in statements(start):
            run(database, statement)
        for text in more:
            for statement in statements(text):
                run(database, statement)
        kinds = {name: kind for fields in (before, after) for name, (kind, _) in fields.items()}
        insert(database, "1", kinds)
        insert(database, "2", {name: kind for name, (kind, optional) in after.items() if not optional})

    assert next_of(written(after), start, *more) == {}
