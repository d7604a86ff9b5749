"""What `sync` writes when a resource changes, PostgreSQL takes too, and keeps every row."""

from __future__ import annotations

from secrets import token_hex

from hypothesis import HealthCheck, given, settings

from tests.databases.server import Postgres
from tests.unit.evolution.test_migrations import Fields, changes, first, migrations, planned, written

SAMPLES = {"str": ("'x'", "x"), "bool": ("TRUE", "t"), "int": ("5", "5"), "money": ("5", "5")}
"""A value of each kind, and how the server shows it."""
OF_FIXTURES = [HealthCheck.function_scoped_fixture]


@settings(max_examples=40, deadline=None, suppress_health_check=OF_FIXTURES)
@given(changes())
def test_any_change_that_rows_can_follow_loses_nothing(
    server: Postgres, change: tuple[Fields, Fields]
) -> None:
    before, after = change
    start = first(written(before))
    more = migrations(planned(written(after), start))
    columns = ", ".join(f'"{name}"' for name in before)
    values = [SAMPLES[kind.split()[0]] for kind, _ in before.values()]
    row = ", ".join(sql for sql, _ in values)
    schema = f"s{token_hex(4)}"

    *_, found = server.ask(
        server.url("postgres"),
        f"""
        BEGIN; CREATE SCHEMA {schema}; SET search_path = {schema};
        {start}
        INSERT INTO lamps (id, created_at, {columns}) VALUES ('1', 'now', {row});
        {"".join(text for name, text in more.items() if not name.endswith("_some.sql"))}
        SELECT {columns} FROM lamps;
        ROLLBACK;
        """,
    )[:-1]

    assert found.split("|") == [shown for _, shown in values]
