"""The kit imports records of migrations by name only in projects that may have a database with some."""

from __future__ import annotations

from pathlib import Path

from blueprint.cli.main import run

SPEC = """version: 1
name: mall
pattern: monolith
stack: fastapi
services:
  lamps: {resource: {name: str}}
"""
MODULE = "src/mall/platform/storage/earlier_records.py"
SCHEMA = "src/mall/platform/storage/schema.py"


def test_a_project_with_migrations_from_before_their_digests_imports_records(tmp_path: Path) -> None:
    spec, mall = tmp_path / "mall.yaml", tmp_path / "mall"
    spec.write_text(SPEC)
    assert run(["new", "--spec", str(spec), "-o", str(mall), "--no-git"]) == 0
    assert not (mall / MODULE).exists()
    assert "schema_migrations" not in (mall / SCHEMA).read_text()

    [first] = (mall / "src/mall/lamps/migrations").glob("0001_*.sql")
    first.rename(first.with_name("0001_lamps.sql"))

    assert run(["sync", str(mall)]) == 0
    assert (mall / MODULE).exists()
    assert "take_over(tx, folders)" in (mall / SCHEMA).read_text()
    assert run(["check", str(mall)]) == 0
