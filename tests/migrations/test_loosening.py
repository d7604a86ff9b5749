"""A rule that goes takes nothing of the users' with it, on the SQLite that is installed and on the newest."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop
from tests.migrations.newest import newest_sqlite

PROGRAM = Path(__file__).with_name("loosen.py")
SHOP = Recipe("e-commerce", "monolith")
BUILDS = ("installed", pytest.param("newest", marks=pytest.mark.needs("npm", "gcc")))

COLUMNS = {
    "named": [
        '"id" TEXT PRIMARY KEY',
        '"created_at" TEXT NOT NULL',
        '"name" TEXT NOT NULL, -- type name: str\n  "watts" BIGINT NOT NULL '
        'CONSTRAINT "lamps_watts_check" CHECK ("watts" >= 3)',
    ],
    "unnamed": [
        '"id" TEXT PRIMARY KEY',
        '"created_at" TEXT NOT NULL',
        '"name" TEXT NOT NULL UNIQUE',
        '"watts" BIGINT NOT NULL CHECK ("watts" >= 3)',
    ],
}
"""As it is written now, and as it was before rules had names."""
UNIQUE_INDEX = 'CREATE UNIQUE INDEX "lamps__name__unique" ON "lamps" ("name")'

PARTS: dict[str, list[str]] = {
    "default": ["shade TEXT DEFAULT (lower('NOT NULL'))"],
    "collation": ["label TEXT NOT NULL ON CONFLICT ABORT DEFAULT '' COLLATE NOCASE"],
    "generated": [
        "twice BIGINT GENERATED ALWAYS AS (watts * 2) VIRTUAL",
        "loud TEXT AS (upper(name)) STORED",
    ],
    "checks": ["CONSTRAINT mine CHECK (length(name) < 9 AND watts <> 13)", "CHECK (name <> 'UNIQUE')"],
    "itself": ['parent TEXT REFERENCES lamps ("id") ON DELETE CASCADE'],
}
"""What a user has added to the table itself."""
AROUND: dict[str, list[str]] = {
    "child": [
        "CREATE TABLE child (id TEXT PRIMARY KEY, lamp TEXT NOT NULL REFERENCES lamps ON DELETE CASCADE)",
        "INSERT INTO child VALUES ('c1', 'a'), ('c2', 'b')",
    ],
    "second child": [
        "CREATE TABLE leaf (id TEXT PRIMARY KEY, lamp TEXT REFERENCES lamps (id) ON DELETE SET NULL)",
        "INSERT INTO leaf VALUES ('l1', 'a')",
    ],
    "triggers": [
        "CREATE TABLE log (line TEXT)",
        "CREATE TRIGGER gone AFTER DELETE ON lamps BEGIN INSERT INTO log VALUES (old.id); END",
        "CREATE TABLE orders (id TEXT PRIMARY KEY)",
        "CREATE TRIGGER elsewhere AFTER INSERT ON orders BEGIN UPDATE lamps SET watts = watts + 1; END",
    ],
    "views": [
        "CREATE VIEW bright AS SELECT id, watts FROM lamps WHERE watts > 4",
        "CREATE VIEW brightest AS SELECT max(watts) AS watts FROM bright",
    ],
    "indexes": [
        "CREATE INDEX some ON lamps (watts) WHERE name IS NOT NULL",
        "CREATE INDEX lowered ON lamps (lower(name))",
        "CREATE UNIQUE INDEX pair ON lamps (created_at, watts)",
    ],
}
"""What a user has built around it."""
WORLDS = [[], *([part] for part in (*PARTS, *AROUND)), [*PARTS, *AROUND]]

INSERT = "INSERT INTO lamps (id, created_at, name, watts) VALUES "
NAMELESS, DIM, TWIN = (
    f"{INSERT}('n', '3', NULL, 5)",
    f"{INSERT}('d', '4', 'dim', 1)",
    f"{INSERT}('t', '5', 'Ada', 6)",
)
ROWS = f"{INSERT}('a', '1', 'Ada', 7), ('b', '2', 'Bob', 3)"
ALTER = 'ALTER TABLE "lamps"'
CHANGES = {
    "not null": (f'{ALTER} ALTER COLUMN "name" DROP NOT NULL;\n', NAMELESS),
    "check": (f'{ALTER} DROP CONSTRAINT IF EXISTS "lamps_watts_check";\n', DIM),
    "unique": ('DROP INDEX IF EXISTS "lamps__name__unique";\n', TWIN),
    "old unique": (f'{ALTER} DROP CONSTRAINT IF EXISTS "lamps_name_key";\n', TWIN),
}


FORMS = [
    *product(COLUMNS, ("not null", "check")),
    ("named", "unique"),
    ("unnamed", "old unique"),
]


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newest_sqlite(tmp_path_factory.mktemp("sqlite"))


def world(form: str, names: list[str]) -> list[str]:
    parts = [part for name in names for part in PARTS.get(name, ())]
    body = ",\n  ".join(
        sorted((*COLUMNS[form], *parts), key=lambda part: part.startswith(("CONSTRAINT", "CHECK")))
    )
    around = [statement for name in names for statement in AROUND.get(name, ())]
    index = [UNIQUE_INDEX] if form == "named" else []
    return [f'CREATE TABLE "lamps" (\n  {body}\n)', *index, ROWS, *around]


def cases(form: str, change: str) -> list[dict[str, object]]:
    script, lets_in = CHANGES[change]
    others = [each for each in (NAMELESS, DIM, TWIN) if each != lets_in]
    return [
        {"world": world(form, names), "script": script, "lets_in": [lets_in], "keeps_out": others}
        for names in WORLDS
    ]


@pytest.mark.slow
@pytest.mark.xdist_group("sqlite")
@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize(("form", "change"), FORMS)
def test_a_rule_goes_and_all_else_stays(
    workshop: Workshop, request: pytest.FixtureRequest, tmp_path: Path, build: str, form: str, change: str
) -> None:
    variables = {"LD_LIBRARY_PATH": str(request.getfixturevalue("newest"))} if build == "newest" else {}
    said = workshop.run(
        SHOP,
        "python",
        "-P",
        str(PROGRAM),
        "shop",
        str(tmp_path),
        pythonpath="src",
        stdin=json.dumps(cases(form, change)),
        **variables,
    )

    for names, found in zip(WORLDS, json.loads(said), strict=True):
        assert found["before"]["rows"] == found["after"]["rows"], names
        before, after = ({**found[when]["schema"]} for when in ("before", "after"))
        if change == "unique":
            before.pop("index lamps__name__unique")
        else:
            assert len(after.pop("table lamps")) < len(before.pop("table lamps"))
            before = {
                name: sql
                for name, sql in before.items()
                if change != "old unique" or "autoindex_lamps_2" not in name
            }
        assert after == before, names
        assert (found["kept out"], found["lets in"]) == ([False], [True]), names
        assert found["keeps out"] == [False, False], names
        assert found["wrong"] == [], names
