"""Where a system stores what it does, and whether another description of it finds that again."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from blueprint.runtime.description import Description, Dotenv, Program
from blueprint.runtime.stored import database_urls, files_of, given_variables, moved_by, stored_data

URL = "postgresql://db/shop"
FILE = "sqlite:///{data}/{process}.db"
NONE: Mapping[str, str] = {}


def program(name: str, env: Mapping[str, str] = NONE, unless: str | None = None) -> Program:
    return Program(name, ("x",), "/", env, unless)


GATEWAY = program("gateway", {"PORT": "{port}"})
REGISTRY = program("registry", unless="DISCOVERY_URL")
OWN = Description(
    "shop",
    "microservices",
    None,
    Dotenv(".env", ("x",)),
    "var",
    (program("order-items", {"DATABASE_URL": "sqlite:///{data}/order_items.db"}), REGISTRY, GATEWAY),
    "gateway",
    None,
)
SHARED = replace(OWN, programs=(program("order-items"), REGISTRY, GATEWAY), shared={"DATABASE_URL": FILE})


@pytest.mark.parametrize("description", [OWN, SHARED], ids=["of its own", "shared"])
def test_only_services_have_a_database(description: Description) -> None:
    assert database_urls(description, {}) == {"order-items": "sqlite:///{data}/order_items.db"}
    assert files_of(description, {}) == {"var/order_items.db"}


def test_what_is_given_counts_where_it_is_shared() -> None:
    given = {"DATABASE_URL": URL}

    assert database_urls(SHARED, given) == {"order-items": f"{URL} (order-items)"}
    assert database_urls(OWN, given) == database_urls(OWN, {})
    assert files_of(SHARED, given) == frozenset()


@pytest.mark.parametrize(
    ("new", "given", "key"),
    [
        (OWN, {}, None),
        (SHARED, {}, None),
        (SHARED, {"DATABASE_URL": URL}, "database"),
        (replace(OWN, pattern="monolith"), {}, "pattern"),
        (replace(OWN, name="store"), {}, None),
        (replace(OWN, programs=(program("store", OWN.programs[0].env), GATEWAY)), {}, "name"),
        (replace(OWN, programs=(*OWN.programs, program("more", OWN.programs[0].env))), {}, None),
        (replace(OWN, programs=(program("order-items", {"DATABASE_URL": "x"}), GATEWAY)), {}, "database"),
    ],
)
def test_a_move_has_its_key(new: Description, given: dict[str, str], key: str | None) -> None:
    assert moved_by(OWN, new, given) == key


def test_a_broker_moves_with_its_file_unless_one_is_given() -> None:
    one, other = (replace(OWN, shared={"BROKER_URL": f"sqlite:///{{data}}/{name}.db"}) for name in "ab")

    assert moved_by(one, other, {}) == moved_by(other, one, {}) == "broker"
    assert moved_by(one, other, {"BROKER_URL": "nats://n"}) is None
    assert moved_by(one, one, {}) is None
    assert moved_by(one, OWN, {}) is None
    assert files_of(one, {}) == {"var/order_items.db", "var/a.db"}


def test_the_environment_wins_over_the_file_of_secrets(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=of the file\nTOKEN=x\n")

    assert given_variables(tmp_path, OWN, {"DATABASE_URL": URL}) == {"DATABASE_URL": URL, "TOKEN": "x"}
    assert given_variables(tmp_path / "nothing", OWN, {}) == {}


def test_what_holds_something_is_data_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "var/run").mkdir(parents=True)
    (tmp_path / "var/deep").mkdir()
    for name in ("rows.data", "deep/x.sqlite3"):
        connection = sqlite3.connect(tmp_path / "var" / name)
        connection.execute("CREATE TABLE t (id TEXT)")
        connection.close()
    (tmp_path / "var/odd.db").write_text("something")
    (tmp_path / "var/empty.db").touch()
    (tmp_path / "var/run/processes").write_text("123\n")
    (tmp_path / "var/link.db").symlink_to(tmp_path / "var/odd.db")

    assert stored_data(tmp_path, OWN, {}).locations == ("var/deep/x.sqlite3", "var/odd.db", "var/rows.data")


def test_only_urls_that_the_system_can_be_given_are_data(tmp_path: Path) -> None:
    given = {"DATABASE_URL": URL, "BROKER_URL": "nats://n"}

    assert stored_data(tmp_path, OWN, given).urls == ("DATABASE_URL",)
    assert stored_data(tmp_path, replace(OWN, shared={"BROKER_URL": "x"}), given).urls == (
        "DATABASE_URL",
        "BROKER_URL",
    )
    assert stored_data(tmp_path, OWN, {"DATABASE_URL": ""}).urls == ()
