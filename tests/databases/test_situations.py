"""What teams do to projects that hold data: a start goes on, or stops with a way out that works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.databases.places import ROW, SPEC, Place, fetch, written

pytestmark = pytest.mark.in_turns(2)

ALPHA = "INSERT INTO alpha (id, created_at, a) VALUES ('1', 'now', 'kept')"


def with_alpha(place: Place) -> Place:
    return replace(place, services=("lamps", "alpha"))


def test_a_second_start_runs_nothing(place: Place) -> None:
    before = place.started("SELECT * FROM _migrations ORDER BY position")

    assert place.started("SELECT * FROM _migrations ORDER BY position") == before
    assert [row["service"] for row in before[0]][-1] == "lamps"


def undone(place: Place) -> None:
    place.do("undo")


def removed(place: Place) -> None:
    place.do("add-service", "alpha", "--remove")


def reverted(place: Place) -> None:
    place.commit()
    place.git("revert", "--no-edit", "HEAD")


@pytest.mark.parametrize("take_back", [undone, removed, reverted], ids=lambda each: each.__name__)
def test_a_service_that_comes_again_with_another_table_stops_the_start_until_that_is_settled(
    place: Place, take_back: Callable[[Place], None]
) -> None:
    place.commit()
    place.do("add-service", "alpha", "--field", "a: str")
    [ran] = place.migrations("alpha")
    with_alpha(place).started(ALPHA)
    take_back(place)
    place.do("add-service", "alpha", "--field", "a: str", "--field", "b: int?")
    [new] = place.migrations("alpha")

    refused = with_alpha(place).start().refused
    assert ran.name in refused
    assert new.name in refused

    fetch(place)
    assert place.command("check") == 1
    new.unlink()
    place.do("sync")
    place.do("check")
    [[row]] = with_alpha(place).started("SELECT * FROM alpha")
    assert (row["a"], row["b"]) == ("kept", None)


def test_a_field_that_comes_again_is_known_and_one_column_is_there(place: Place) -> None:
    place.respecify("name: str,", "name: str, sku: str?,")
    place.started()
    place.do("undo")
    place.respecify("sku: str?,", "colour: str?,")
    assert "ahead" in place.start().told

    place.respecify("colour: str?,", "colour: str?, sku: str?,")

    assert place.columns() == ["colour", "created_at", "id", "name", "price", "sku"]


@pytest.mark.parametrize("after", ["int?", "'list[str]?'", "time?"])
def test_a_field_that_comes_again_with_another_type_stops_the_start(place: Place, after: str) -> None:
    place.respecify("name: str,", "name: str, sku: str?,")
    ran = place.migration("add_sku")
    place.started("UPDATE lamps SET sku = 'x'")
    place.do("undo")
    place.respecify("sku: str?,", f"sku: {after},")
    new = place.migration("add_sku")

    refused = place.start().refused
    assert new.name in refused
    assert ran.name in refused

    fetch(place)
    new.unlink()
    assert place.command("sync") == 3  # what is stored is no such value
    place.respecify(f"sku: {after}", "sku: str?")
    place.do("check")
    assert place.started("SELECT sku FROM lamps") == [[{"sku": "x"}]]


def branch(place: Place, name: str, old: str, new: str) -> None:
    place.git("checkout", "-qb", name, "main")
    place.respecify(old, new)
    place.commit()


def merge(place: Place, spec: str) -> None:
    """Branch b into a, where somebody settles what both have changed in blueprint.yaml."""
    place.git("checkout", "-q", "a")
    place.git("merge", "b")
    (place.root / "blueprint.yaml").write_text(spec)
    place.do("sync")
    place.commit()


@pytest.mark.parametrize("had", ["a", "b", "none"])
def test_what_two_branches_change_runs_on_every_database_and_keeps_all_rows(place: Place, had: str) -> None:
    """A loosens a column, B adds one and stores something in it."""
    branch(place, "a", "price: money >= 1}", "price: money? >= 0}")
    branch(place, "b", "price: money >= 1}", "price: money >= 1, sku: str?}")
    if had != "none":
        place.git("checkout", "-q", had)
        place.started()
    if had == "b":
        place.started("UPDATE lamps SET sku = 'kept'")
    merge(place, SPEC.replace("price: money >= 1", "price: money? >= 0, sku: str?"))
    place.do("check")

    [[row]] = place.started("SELECT * FROM lamps")

    assert (row["name"], row["price"], row["sku"]) == ("Ada", 7, "kept" if had == "b" else None)
    place.started(
        "INSERT INTO lamps (id, created_at, name, price) VALUES ('2', '', '', NULL), ('3', '', '', 0)"
    )


@pytest.mark.parametrize("had", ["a", "b", "none"])
def test_one_change_under_two_numbers_is_named_and_either_file_will_do(place: Place, had: str) -> None:
    branch(place, "a", "price: money >= 1}", "price: money >= 1, sku: str?}")
    branch(place, "b", "price: money >= 1}", "price: money >= 1, colour: str?}")
    place.respecify("colour: str?}", "colour: str?, sku: str?}")
    place.commit()
    if had != "none":
        place.git("checkout", "-q", had)
        place.started()
    merge(place, SPEC.replace("price: money >= 1", "price: money >= 1, colour: str?, sku: str?"))

    assert place.command("check") == 1
    place.migration("0003_add_sku").unlink()
    place.do("sync")
    place.do("check")

    assert place.columns() == ["colour", "created_at", "id", "name", "price", "sku"]


def test_a_column_with_two_meanings_is_refused_before_a_database_sees_it(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(place, "a", "name: str,", "name: str, sku: str?,")
    branch(place, "b", "name: str,", "name: str, sku: int?,")
    place.git("checkout", "-q", "a")
    place.git("merge", "-q", "-X", "ours", "b")

    assert place.command("check") != 0
    assert "sku" in capsys.readouterr().err
    [wrong] = [file for file in place.migrations() if "-- type sku: int" in file.read_text()]
    wrong.unlink()
    place.do("sync")
    place.commit()
    place.do("check")

    assert place.columns() == ["created_at", "id", "name", "price", "sku"]


def test_what_was_edited_after_it_ran_stops_the_start_and_comes_back(place: Place) -> None:
    ran = place.migration("0001")
    text = ran.read_text()
    ran.write_text(text.replace(">= 1", ">= 2"))
    assert f"{ran.name} was edited after it was applied" in place.start().refused

    fetch(place)

    assert ran.read_text() == text
    assert ">= 2" in ran.with_name(f"{ran.name}.edited").read_text()
    place.started()


def test_white_space_line_ends_and_comments_are_no_edit(place: Place) -> None:
    ran = place.migration("0001")
    ran.write_bytes(ran.read_text().replace("(", "( -- now\n\t").replace("\n", "\r\n").encode() + b"\r\n\r\n")

    place.started()


def test_an_older_release_starts_on_a_newer_database_and_says_so(place: Place) -> None:
    place.commit()
    place.respecify("price: money >= 1}", "price: money >= 1, sku: str?}")
    place.commit()
    place.started()
    place.git("checkout", "-q", "HEAD~1")

    start = place.start("SELECT name FROM lamps")

    assert (start.refused, start.answers) == ("", [[{"name": "Ada"}]])
    assert "the database is ahead" in start.told


def test_a_hotfix_by_hand_on_an_older_release_waits_for_the_merge(place: Place) -> None:
    place.commit()
    branch(place, "new", "price: money >= 1}", "price: money >= 1, sku: str?}")
    place.started()
    place.git("checkout", "-qb", "hotfix", "main")
    folder = place.root / "src/mall/lamps/migrations"
    (folder / "0002_a_fix.sql").write_text("UPDATE lamps SET name = 'Eve';\n")
    place.commit()
    assert "0002_a_fix.sql" in place.start().refused

    place.git("merge", "new")
    assert "rename it with a higher number" in place.start().refused
    (folder / "0002_a_fix.sql").rename(folder / "0003_a_fix.sql")

    assert place.started("SELECT name FROM lamps") == [[{"name": "Eve"}]]


def test_the_same_statement_by_hand_twice_runs_twice(place: Place) -> None:
    folder = place.root / "src/mall/lamps/migrations"
    for number in (2, 3):
        (folder / f"000{number}_more.sql").write_text("UPDATE lamps SET price = price + 1;\n")

    assert place.started("SELECT price FROM lamps") == [[{"price": 9}]]


SCRIPT = """\
CREATE TABLE log (line TEXT);  -- a note
/* two on a line */ INSERT INTO log VALUES ('a;
b'); INSERT INTO log VALUES ('-- c');\t
"""
TRIGGERS = {
    "sqlite": """\
CREATE TRIGGER noted AFTER UPDATE ON lamps BEGIN
  INSERT INTO log VALUES (CASE WHEN new.name = 'x' THEN 'x' ELSE 'y' END);
  INSERT INTO log VALUES ('z');
END;
""",
    "postgresql": """\
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO log VALUES ('y'); INSERT INTO log VALUES ('z');
  RETURN new;
END $$;
CREATE TRIGGER noted AFTER UPDATE ON lamps FOR EACH ROW EXECUTE FUNCTION note();
""",
}


def test_migrations_of_users_are_run_as_the_database_reads_them(place: Place) -> None:
    folder = place.root / "src/mall/lamps/migrations"
    (folder / "0002_log.sql").write_text(SCRIPT)
    for dialect, text in TRIGGERS.items():
        (folder / f"0003_trigger.{dialect}.sql").write_text(text)
    place.do("check")

    place.started("UPDATE lamps SET name = 'Eve'")

    lines = {row["line"] for row in place.started("SELECT line FROM log")[0]}
    assert lines == {"a;\nb", "-- c", "y", "z"}


def test_one_that_fails_is_named_by_check_and_by_the_start_and_leaves_nothing(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = place.root / "src/mall/lamps/migrations/0002_broken.sql"
    broken.write_text("ALTER TABLE lamps ADD COLUMN half TEXT;\n\nINSERT INTO nowhere VALUES (1);\n")

    assert place.command("check") == 1
    assert "0002_broken.sql:3" in capsys.readouterr().err
    assert "0002_broken.sql failed" in place.start().refused
    broken.unlink()
    assert "half" not in place.columns()


@pytest.mark.parametrize("word", ["COMMIT", "ROLLBACK", "BEGIN"])
def test_a_migration_cannot_end_its_transaction(place: Place, word: str) -> None:
    broken = place.root / "src/mall/lamps/migrations/0002_broken.sql"
    broken.write_text(f"UPDATE lamps SET name = 'lost';\n{word};\n")

    assert "0002_broken.sql failed" in place.start().refused
    broken.unlink()
    assert place.started("SELECT name FROM lamps") == [[{"name": "Ada"}]]


RECORDS = "SELECT service, stem, digest, sql FROM _migrations ORDER BY service, stem"


def as_before(place: Place) -> list[dict[str, object]]:
    """Make a project from before migrations had digests; return the records that it had with them."""
    [first] = (place.root / "src/mall/lamps/migrations").glob("0001_*.sql")
    first.rename(first.with_name("0001_lamps.sql"))
    assert place.command("sync") == 0
    [before, *_] = place.started(
        RECORDS,
        "CREATE TABLE schema_migrations (name TEXT PRIMARY KEY)",
        "INSERT INTO schema_migrations SELECT 'mall.' || service || '/' || stem || '.sql' FROM _migrations",
        "DROP TABLE _migrations",
    )
    return before


def test_records_of_names_alone_are_taken_over_with_the_texts_that_are_there(place: Place) -> None:
    before = as_before(place)

    assert place.started(RECORDS) == [before]
    assert place.started("SELECT name FROM lamps") == [[{"name": "Ada"}]]


def test_records_of_names_alone_whose_columns_are_not_there_are_not_believed(place: Place) -> None:
    as_before(place)
    ran = place.migration("0001")
    ran.write_text(ran.read_text().replace('"price"', '"cost"'))

    refused = place.start().refused

    assert ran.name in refused
    assert "lamps.cost does not exist" in refused


def files_of(database: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in database.parent.glob(f"{database.name}*")}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mall.db"


@pytest.fixture
def on_file(python: str, file: Path) -> Place:
    place = Place(written(file.with_name("mall")), f"sqlite:///{file}", python)
    place.started(ROW)
    return place


def test_a_database_that_was_restored_runs_what_it_lacks(on_file: Place, file: Path) -> None:
    backup = files_of(file)
    on_file.respecify("name: str,", "name: str, sku: str?,")
    on_file.started("UPDATE lamps SET sku = 'late'")
    for each in files_of(file):
        each.unlink()
    for each, content in backup.items():
        each.write_bytes(content)

    assert on_file.started("SELECT name, sku FROM lamps") == [[{"name": "Ada", "sku": None}]]


def test_a_database_of_no_value_can_be_deleted(on_file: Place, file: Path) -> None:
    ran = on_file.migration("0001")
    ran.write_text(ran.read_text().replace('"price"', '"cost"'))
    assert on_file.start().refused

    for each in files_of(file):
        each.unlink()

    assert on_file.started("SELECT cost FROM lamps") == [[]]
