"""Routes of the spec beside what packs, resources and the user's routers answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.cli.main import run

SHOP = "version: 1\nname: shop\npattern: microservices\nstack: fastapi\n"


def problems(text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> list[str]:
    spec = tmp_path / "shop.yaml"
    spec.write_text(SHOP + text)
    assert run(["new", "--spec", str(spec), "-o", str(tmp_path / "shop"), "--color", "never"]) == 3
    assert not (tmp_path / "shop").exists()
    return [line for line in capfd.readouterr().err.splitlines() if line.startswith("error")]


def test_a_route_of_the_resource_has_an_entry_only_for_its_limit(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "services:\n  notes: {resource: {a: str}, routes: {GET /notes: {}, POST /notes: {body: 2 MiB}}}\n"

    [said] = problems(text, tmp_path, capfd)
    assert said.startswith('error: the resource of "notes" answers "GET /notes" already (')
    assert said.endswith("shop.yaml:6:40)")


def test_a_path_that_the_preset_has_is_not_for_another_service(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (
        "preset: e-commerce\nservices:\n"
        "  users: {resource: {email: str, login: str unique, name: str, password_hash: str private}}\n"
        "  doors: {routes: {POST /login: {}}}\n"
    )

    [said] = problems(text, tmp_path, capfd)
    assert '/login leads to "users"' in said


def test_a_path_that_a_router_of_the_user_has_is_not_for_another_service(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "shop.yaml"
    services = "services:\n  prices: {actions: {refresh: {}}}\n  hooks: {routes: {GET /hooks/all: {}}}\n"
    spec.write_text(SHOP + services)
    shop = tmp_path / "shop"
    assert run(["new", "--spec", str(spec), "-o", str(shop), "--no-git"]) == 0
    (shop / "src/shop/prices/api.py").write_text("from fastapi import APIRouter\n\nrouter = APIRouter()\n")
    written = shop / "blueprint.yaml"
    written.write_text(written.read_text().replace("GET /hooks/all: {}", "GET /prices: {}"))
    before = sorted(path for path in shop.rglob("*"))

    assert run(["sync", str(shop), "--color", "never"]) == 3
    assert '"GET /prices" cannot be a route of "hooks": /prices leads to "prices"' in capfd.readouterr().err
    assert sorted(path for path in shop.rglob("*")) == before
