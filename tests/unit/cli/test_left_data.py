"""No change takes a system away from what it has stored, unless that is asked for."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.docs.answers import complaints
from tests.unit.cli.projects import SPEC, files_of, project_at

Capture = pytest.CaptureFixture[str]
POSTGRES = "postgresql://u:p@db/shop"
KAFKA = "kafka://kafka:9092/shop"


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "BROKER_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return project_at(tmp_path / "shop")


def answer(capsys: Capture, *argv: str) -> dict[str, object]:
    capsys.readouterr()
    run(["--json", *argv])
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    assert complaints(found) == []
    return found


def follow(shop: Path, *changes: tuple[str, str], flags: tuple[str, ...] = ()) -> int:
    """A sync after changes of the spec, as text."""
    text = (shop / "blueprint.yaml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (shop / "blueprint.yaml").write_text(text)
    return run(["sync", str(shop), *flags])


def store(shop: Path, *names: str) -> None:
    """Databases of processes that have run."""
    (shop / "var").mkdir(exist_ok=True)
    for name in names:
        connection = sqlite3.connect(shop / "var" / name)
        connection.execute("CREATE TABLE notes (id TEXT)")
        connection.commit()
        connection.close()


PATTERNS = ("monolith", "microservices", "event-driven")
CHANGES = [(before, after) for before in PATTERNS for after in PATTERNS if before != after]
FILES = {"monolith": "shop.db", "microservices": "notes.db", "event-driven": "notes.db"}


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_another_pattern_over_data_is_refused(before: str, after: str, shop: Path, capsys: Capture) -> None:
    if before != "monolith":
        assert follow(shop, ("pattern: monolith", f"pattern: {before}")) == 0
    store(shop, FILES[before])
    (shop / "var/caddy").mkdir()
    (shop / "var/caddy/lock").write_text("x")
    there = files_of(shop)

    spec = (shop / "blueprint.yaml").read_text()
    assert follow(shop, (f"pattern: {before}", f"pattern: {after}")) == 4
    error = capsys.readouterr().err
    told = (
        "running workflows and pending events are not migrated, only the rows in var/notes.db"
        if FILES[before] == FILES[after]
        else f"stored data is not migrated, it stays in var/{FILES[before]}"
    )
    assert f"error: `pattern` becomes {after}: {told} ({shop}/blueprint.yaml)\n" in error
    assert "blueprint sync --start-empty" in error
    assert answer(capsys, "sync", str(shop), "-n")["exit_code"] == 4
    (shop / "blueprint.yaml").write_text(spec)
    assert files_of(shop) == there


@pytest.mark.parametrize("where", [".env", "environment"])
def test_a_database_url_alone_counts_as_data(
    where: str, shop: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == ".env":
        (shop / ".env").write_text(f"DATABASE_URL={POSTGRES}\n")
    else:
        monkeypatch.setenv("DATABASE_URL", POSTGRES)

    assert follow(shop, ("monolith", "microservices")) == 4
    error = capsys.readouterr().err
    assert "it stays in the database or broker of DATABASE_URL" in error
    assert "u:p@" not in error


@pytest.mark.parametrize("name", ["DATABASE_URL=", "# DATABASE_URL=x", "OPERATOR_TOKEN=x"])
def test_without_data_the_pattern_changes(name: str, shop: Path) -> None:
    (shop / ".env").write_text(f"{name}\n")
    (shop / "var/run").mkdir(parents=True)
    (shop / "var/run/processes").write_text("1\n")
    (shop / "var/empty.db").touch()

    assert follow(shop, ("monolith", "microservices")) == 0


def test_to_begin_empty_is_asked_for_and_tells_where_the_data_stays(shop: Path, capsys: Capture) -> None:
    store(shop, "shop.db")
    (shop / "blueprint.yaml").write_text(SPEC.replace("monolith", "microservices"))

    done = answer(capsys, "sync", str(shop), "--start-empty")
    assert (done["status"], done["data"]["left"]) == ("changed", ["var/shop.db"])
    assert (shop / "var/shop.db").exists()
    assert answer(capsys, "sync", str(shop))["status"] == "unchanged"


def test_people_are_told_where_the_data_stays(shop: Path, capsys: Capture) -> None:
    store(shop, "shop.db")
    assert follow(shop, ("monolith", "microservices"), flags=("--start-empty",)) == 0
    assert "stored data is not migrated, it stays in var/shop.db\n" in capsys.readouterr().err


def test_check_tells_it_and_that_it_is_drift(shop: Path, capsys: Capture) -> None:
    store(shop, "shop.db")
    (shop / "blueprint.yaml").write_text(SPEC.replace("monolith", "microservices"))

    found = answer(capsys, "check", str(shop))
    assert (found["status"], found["exit_code"]) == ("drift", 1)
    assert [each["code"] for each in found["errors"]] == ["starts-empty"]


def test_a_command_that_edits_the_spec_does_not_bring_it_along(shop: Path, capsys: Capture) -> None:
    store(shop, "shop.db")
    (shop / "blueprint.yaml").write_text(SPEC.replace("monolith", "microservices"))
    there = files_of(shop)

    refused = answer(capsys, "add-service", "letters", "--field", "text: str", "-C", str(shop))
    assert (refused["exit_code"], [each["code"] for each in refused["errors"]]) == (4, ["starts-empty"])
    assert files_of(shop) == there


def test_undo_says_that_the_data_from_before_is_back(shop: Path, capsys: Capture) -> None:
    store(shop, "shop.db")
    assert follow(shop, ("monolith", "microservices"), flags=("--start-empty",)) == 0
    store(shop, "notes.db")

    assert answer(capsys, "undo", str(shop), "-n")["data"]["left"] == ["var/notes.db"]
    capsys.readouterr()
    assert run(["undo", str(shop)]) == 0
    said = capsys.readouterr().err
    assert "the earlier data is in use again; data stored since stays in var/notes.db\n" in said


def test_undo_of_anything_else_has_nothing_to_say_of_data(shop: Path, capsys: Capture) -> None:
    store(shop, "shop.db")
    (shop / "blueprint.yaml").write_text(f"{SPEC}  letters:\n    resource: {{title: str}}\n")
    assert run(["sync", str(shop)]) == 0

    assert answer(capsys, "undo", str(shop))["data"]["left"] == []


def test_another_name_over_data_is_refused_also_where_the_record_is_lost(shop: Path, capsys: Capture) -> None:
    store(shop, "shop.db")
    assert follow(shop, ("name: shop", "name: store")) == 3
    (shop / ".blueprint/base.jsonl").write_bytes(b"")

    assert follow(shop) == 4
    assert "error: `name` becomes store: " in capsys.readouterr().err


@pytest.mark.parametrize("pattern", PATTERNS)
def test_services_come_and_go_over_data(pattern: str, shop: Path) -> None:
    if pattern != "monolith":
        assert follow(shop, ("monolith", pattern)) == 0
    store(shop, FILES[pattern])
    more = "services:\n  letters:\n    resource: {title: str}\n"

    assert follow(shop, ("services:\n", more)) == 0
    assert follow(shop, (more, "services:\n")) == 0


def database(shop: Path, old: str | None, new: str | None) -> int:
    """A sync that changes `database:`."""
    text = (shop / "blueprint.yaml").read_text().replace(f"database: {old}\n", "")
    if new:
        text = text.replace("stack: fastapi\n", f"stack: fastapi\ndatabase: {new}\n")
    (shop / "blueprint.yaml").write_text(text)
    return run(["sync", str(shop)])


@pytest.mark.parametrize("there", [("shop.db",), ()], ids=["with files", "without files"])
@pytest.mark.parametrize(
    ("before", "after"), [(None, "postgresql"), ("postgresql", None), ("postgresql", "sqlite")]
)
def test_another_database_is_refused_where_a_url_makes_the_difference(
    before: str | None, after: str | None, there: tuple[str, ...], shop: Path, capsys: Capture
) -> None:
    if before:
        assert database(shop, None, before) == 0
    store(shop, *there)
    (shop / ".env").write_text(f"DATABASE_URL={POSTGRES}\n")

    assert database(shop, before, after) == 4
    assert "error: `database` becomes " in capsys.readouterr().err


@pytest.mark.parametrize(("before", "after"), [(None, "postgresql"), ("postgresql", None), (None, "sqlite")])
def test_another_database_is_fine_where_the_processes_go_on_with_their_files(
    before: str | None, after: str | None, shop: Path
) -> None:
    if before:
        assert database(shop, None, before) == 0
    store(shop, "shop.db")

    assert database(shop, before, after) == 0


@pytest.fixture
def by_events(shop: Path) -> Path:
    assert follow(shop, ("monolith", "event-driven")) == 0
    store(shop, "notes.db", "broker.db")
    return shop


@pytest.mark.parametrize("broker", ["kafka", "nats", "sqs", "pubsub"])
def test_another_broker_comes_while_the_log_in_a_file_stays(broker: str, by_events: Path) -> None:
    assert follow(by_events, ("stack: fastapi\n", f"stack: fastapi\nbroker: {broker}\n")) == 0
    assert follow(by_events, (f"broker: {broker}", "broker: embedded")) == 0


@pytest.mark.parametrize("after", ["broker: nats\n", "broker: embedded\n", ""])
def test_a_broker_that_was_given_is_not_exchanged_while_events_may_wait_in_it(
    after: str, by_events: Path, capsys: Capture
) -> None:
    assert follow(by_events, ("stack: fastapi\n", "stack: fastapi\nbroker: kafka\n")) == 0
    (by_events / ".env").write_text(f"BROKER_URL={KAFKA}\n")
    assert follow(by_events) == 0

    assert follow(by_events, ("broker: kafka\n", after)) == 4
    error = capsys.readouterr().err
    assert "error: `broker` becomes " in error
    assert "events waiting in the old broker are not migrated" in error
    assert follow(by_events, flags=("--start-empty",)) == 0


def test_a_broker_that_was_given_and_goes_on_is_no_change(by_events: Path) -> None:
    (by_events / ".env").write_text("BROKER_URL=sqlite:////srv/broker.db\n")
    assert follow(by_events, ("stack: fastapi\n", "stack: fastapi\nbroker: kafka\n")) == 0
    assert follow(by_events, ("broker: kafka\n", "broker: embedded\n")) == 0


def test_where_two_branches_met_each_of_them_counts(shop: Path, capsys: Capture) -> None:
    store(shop, "shop.db")
    run_json = shop / ".blueprint/run.json"
    text = run_json.read_text()
    other = text.replace('"monolith"', '"microservices"')
    run_json.write_text(f"<<<<<<< HEAD\n{text}=======\n{other}>>>>>>> theirs\n")
    (shop / "blueprint.yaml").write_text(SPEC.replace("monolith", "microservices"))

    assert run(["sync", str(shop)]) == 4
