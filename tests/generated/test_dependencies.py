"""A dependency of one's own in a generated project, beside packs that come later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.requirements import read_lock
from tests.support.packages import serving, write_wheel

FILES = ("pyproject.toml", "requirements.lock", "requirements-dev.lock")


def heads(file: Path) -> list[str]:
    return [entry.head for entry in read_lock(file.read_text())]


def versions(file: Path) -> list[str]:
    """Without markers: packages made on the spot need each other otherwise than real ones."""
    return [head.partition(" ;")[0] for head in heads(file)]


def has_all(index: Path, project: Path, *more: str) -> None:
    """Packages of the versions that are locked, where one of each lock needs all others; and some more."""
    runtime, development = (heads(project / name) for name in FILES[1:])
    for lock, first in ((development, "pytest"), (runtime, "fastapi")):
        for head in lock:
            name, version = head.partition(" ;")[0].split("==")
            write_wheel(
                index / name, name, version, [each for each in lock if each != head] if name == first else []
            )
    for name in more:
        write_wheel(index / name, name, "1.5", ["own-helper", "asyncpg"] if name == "own-client" else [])


def test_a_pack_that_comes_later_joins_what_was_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = tmp_path / "shop"
    assert (
        run(["new", "shop", "-p", "monolith", "--preset", "e-commerce", "-y", "-o", str(shop), "--no-git"])
        == 0
    )
    before = [versions(shop / name) for name in FILES[1:]]
    has_all(tmp_path / "index", shop, "own-client", "own-helper")
    write_wheel(tmp_path / "index/asyncpg", "asyncpg", "0.99")

    with serving(tmp_path / "index") as url:
        monkeypatch.setenv("UV_DEFAULT_INDEX", url)
        assert run(["lock", str(shop), "-n", "--json"]) == 0
        assert '"packages": []' in capsys.readouterr().out, "what the packs bring is resolved already"
        assert run(["add-dependency", "own-client", "-C", str(shop)]) == 0

    added = ["asyncpg==0.99", "own-client==1.5", "own-helper==1.5"]
    assert [set(versions(shop / name)) for name in FILES[1:]] == [{*lock, *added} for lock in before]
    assert run(["check", str(shop)]) == 0

    spec = shop / "blueprint.yaml"
    spec.write_text(
        spec.read_text().replace(
            "stack: fastapi\n", "stack: fastapi\ndatabase: postgresql\ntracing: opentelemetry\n"
        )
    )
    capsys.readouterr()
    assert run(["sync", str(shop)]) == 0
    assert f"next: blueprint lock {shop}\n" in capsys.readouterr().err

    for name, lock in zip(FILES[1:], before, strict=True):
        assert {*lock, *added} < set(versions(shop / name)), "yours stays where both have a package"
        assert {each.partition("-")[0] for each in set(versions(shop / name)) - {*lock, *added}} >= {
            "opentelemetry"
        }
        assert [each for each in versions(shop / name) if each.startswith("asyncpg")] == ["asyncpg==0.99"]
        assert not re.search(r"https?:", (shop / name).read_text())
    manifest = (shop / FILES[0]).read_text()
    assert '"own-client>=1.5",' in manifest and '"asyncpg>=' in manifest
    assert run(["check", str(shop)]) == 0
