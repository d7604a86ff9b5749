"""What a choice of auth brings, and where one cannot be had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from blueprint.cli.main import run
from blueprint.plan.api import api_document
from blueprint.tree import RelPath
from tests.generated.recipes import PATTERNS, Recipe, drafted, service_files, tree_of

Capture = pytest.CaptureFixture[str]
PORT = {"Authenticated", "Caller", "CurrentUser", "authenticated", "current_user"}
OF_OTHERS = ("orders", "payments", "products")


def text_of(recipe: Recipe, path: str) -> str:
    return tree_of(recipe)[RelPath(path)].content.decode()


@pytest.mark.parametrize("auth", ["password", "oidc"])
@pytest.mark.parametrize("source", ["blank", "e-commerce"])
def test_each_auth_has_the_names_of_the_port(source: str, auth: str) -> None:
    module = text_of(Recipe(source, "monolith", auth=auth), "src/shop/platform/http/auth.py")

    assert {
        name for name in PORT if f" {name}(" in module or f" {name}:" in module or f"\n{name} =" in module
    } == PORT


@pytest.mark.parametrize("pattern", PATTERNS)
def test_all_services_but_users_are_the_same_with_each_auth(pattern: str) -> None:
    def files(auth: str | None) -> dict[str, bytes]:
        folders = tuple(f"src/shop/{name}/" for name in OF_OTHERS)
        found = service_files(Recipe("e-commerce", pattern, auth=auth))
        return {path: blob.content for path, blob in found.items() if path.startswith(folders)}

    assert files("oidc") == files("password") == files(None)


def test_a_blank_project_has_no_auth_unless_it_is_asked_for() -> None:
    assert tree_of(Recipe("blank", "monolith")) == tree_of(Recipe("blank", "monolith", auth=None))
    assert RelPath("src/shop/platform/http/auth.py") not in tree_of(Recipe("blank", "monolith"))


@pytest.mark.parametrize(
    ("auth", "paths"), [("password", {"/users", "/login", "/users/me"}), ("oidc", {"/users/me"})]
)
def test_a_blank_project_with_auth_has_users(auth: str, paths: set[str]) -> None:
    document: Any = api_document(drafted(Recipe("blank", "monolith", auth=auth)).plan)

    assert {path for path in document["paths"] if path.startswith(("/users", "/login"))} == paths


@pytest.mark.parametrize("auth", ["password", "oidc"])
def test_a_document_without_closed_routes_is_the_same_with_any_auth(auth: str) -> None:
    plain, closed = (
        text_of(Recipe("depot", "monolith", auth=each), "docs/openapi.json") for each in (None, auth)
    )

    assert closed == plain


def test_settings_of_the_provider_have_to_be_set_in_containers() -> None:
    recipe = Recipe("e-commerce", "microservices", auth="oidc")

    for name in ("OIDC_ISSUER", "OIDC_AUDIENCE"):
        assert f"${{{name}:?create .env as described in README.md}}" in text_of(recipe, "compose.yaml")
        assert f"\n{name}=\n" in text_of(recipe, ".env.example")
    assert "AUTH_P" not in text_of(recipe, ".env.example")
    shared = json.loads(text_of(recipe, ".blueprint/run.json"))["shared"]
    assert (shared["OIDC_ISSUER"], shared["OIDC_AUDIENCE"]) == ("{identity_provider.url}", "shop")


def test_a_preset_that_has_to_know_its_callers_is_refused_without_auth(
    tmp_path: Path, capsys: Capture
) -> None:
    assert run(["new", "shop", "--preset", "e-commerce", "--auth", "none", "-o", str(tmp_path / "shop")]) == 3

    error, hint = capsys.readouterr().err.splitlines()
    assert 'the preset "e-commerce" does not go with auth "none"' in error
    assert "password, oidc" in hint


def test_users_without_the_fields_that_auth_needs_are_refused_with_their_place(
    tmp_path: Path, capsys: Capture
) -> None:
    shop = tmp_path / "shop"
    assert run(["new", "shop", "--preset", "e-commerce", "--auth", "oidc", "-o", str(shop), "--no-git"]) == 0
    spec = shop / "blueprint.yaml"
    spec.write_text(spec.read_text().replace("auth: oidc", "auth: password"))
    capsys.readouterr()

    assert run(["sync", str(shop)]) == 3
    error, hint = capsys.readouterr().err.splitlines()
    assert 'auth needs more fields of the service "users"' in error
    assert "blueprint.yaml:" in error
    assert "login: str unique, password_hash: str private" in hint


def test_a_service_of_the_team_that_is_called_users_stays_its_own(tmp_path: Path) -> None:
    spec = tmp_path / "mine.yaml"
    spec.write_text(
        "version: 1\nname: club\npattern: monolith\nstack: fastapi\nauth: password\n"
        "services:\n  users:\n    resource: {nickname: str}\n"
    )

    assert run(["new", "--spec", str(spec), "-o", str(tmp_path / "club"), "--no-git"]) == 0
    assert (tmp_path / "club/src/club/platform/http/auth.py").exists()
    assert not (tmp_path / "club/src/club/users/login_limit.py").exists()
    assert "/login" not in (tmp_path / "club/deploy/Caddyfile").read_text()


EDIT = "# Ours: the shop is small.\n"


def test_a_change_of_auth_replaces_what_nobody_has_edited_and_keeps_edits(
    tmp_path: Path, capsys: Capture
) -> None:
    shop = tmp_path / "shop"
    assert run(["new", "shop", "--preset", "e-commerce", "-o", str(shop), "--no-git"]) == 0
    limit, orders = shop / "src/shop/users/login_limit.py", shop / "src/shop/orders/api.py"
    for file in (limit, orders):
        file.write_text(EDIT + file.read_text())
    kept = {file: file.read_bytes() for file in (limit, orders)}
    spec = shop / "blueprint.yaml"
    spec.write_text(spec.read_text().replace("stack: fastapi\n", "stack: fastapi\nauth: oidc\n"))
    capsys.readouterr()

    assert run(["sync", str(shop)]) == 0

    told = capsys.readouterr()
    assert "orphan" in told.out and "users/login_limit.py" in told.out + told.err
    assert {file: file.read_bytes() for file in kept} == kept
    assert "Caller" in (shop / "src/shop/users/api.py").read_text()
    assert not (shop / "src/shop/users/passwords.py").exists()
    assert list((shop / "src/shop/users/migrations").glob("*_login_failures.sql"))
    assert run(["check", str(shop)]) == 0
    assert run(["undo", str(shop)]) == 0
    assert (shop / "src/shop/users/passwords.py").exists()


def test_an_edited_route_of_logins_is_never_written_over(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    assert run(["new", "shop", "--preset", "e-commerce", "-o", str(shop), "--no-git"]) == 0
    api, spec = shop / "src/shop/users/api.py", shop / "blueprint.yaml"
    edited = api.read_text().replace("Too many failed logins.", "Too many. Take a break.")
    api.write_text(edited)
    spec.write_text(spec.read_text().replace("stack: fastapi\n", "stack: fastapi\nauth: oidc\n"))

    assert run(["sync", str(shop)]) == 4

    assert api.read_text() == edited
    assert "Caller" in api.with_name("api.py.blueprint-new").read_text()
    assert run(["check", str(shop)]) == 1
