"""Routes of the spec beside what packs, resources and the user's routers answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.cli.main import run

SHOP = "version: 1\nname: shop\npattern: {}\nstack: fastapi\n"


def problems(
    text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], pattern: str = "microservices"
) -> list[str]:
    spec = tmp_path / "shop.yaml"
    spec.write_text(SHOP.format(pattern) + text)
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


def test_a_path_that_a_router_of_the_user_has_is_not_for_another_service(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "shop.yaml"
    services = "services:\n  prices: {actions: {refresh: {}}}\n  hooks: {routes: {GET /hooks/all: {}}}\n"
    spec.write_text(SHOP.format("microservices") + services)
    shop = tmp_path / "shop"
    assert run(["new", "--spec", str(spec), "-o", str(shop), "--no-git"]) == 0
    (shop / "src/shop/prices/api.py").write_text("from fastapi import APIRouter\n\nrouter = APIRouter()\n")
    written = shop / "blueprint.yaml"
    written.write_text(written.read_text().replace("GET /hooks/all: {}", "GET /prices: {}"))
    before = sorted(path for path in shop.rglob("*"))

    assert run(["sync", str(shop), "--color", "never"]) == 3
    assert '"GET /prices" cannot be a route of "hooks": /prices leads to "prices"' in capfd.readouterr().err
    assert sorted(path for path in shop.rglob("*")) == before


USERS = {
    "password": "users: {resource: {email: str, login: str unique, name: str, password_hash: str private}",
    "oidc": "users: {resource: {email: str?, name: str?}",
}
PRODUCTS = "products: {resource: {name: str, price: money >= 0, stock: int >= 0}"


def shop_with(auth: str, users: str, others: str) -> str:
    """The services of the shop that answer, with these routes of users, and other services."""
    routes = f", routes: {{{users}}}" if users else ""
    more = f"  {others}\n" if others else ""
    return f"auth: {auth}\npreset: e-commerce\nservices:\n  {USERS[auth]}{routes}}}\n  {PRODUCTS}}}\n{more}"


@pytest.mark.parametrize("pattern", ["monolith", "microservices", "event-driven"])
@pytest.mark.parametrize(
    ("auth", "route", "reason"),
    [
        ("password", "GET /users/me", 'the code of "users" answers /users/me'),
        ("password", "DELETE /users/me", 'the code of "users" answers /users/me'),
        ("password", '"GET /users/me/{part}"', 'the code of "users" answers /users/me'),
        ("password", '"GET /users/{key}"', '/users leads to "users"'),
        ("password", "POST /login", '/login leads to "users"'),
        ("password", '"WS /login/{id}"', '/login leads to "users"'),
        ("oidc", "GET /users/me", 'the code of "users" answers /users/me'),
        (
            "oidc",
            "GET /.well-known/openid-configuration",
            '/.well-known/openid-configuration leads to "users"',
        ),
        ("oidc", '"GET /.well-known/{name}"', '/.well-known/openid-configuration leads to "users"'),
        ("oidc", "POST /products", '/products leads to "products"'),
        ("oidc", '"GET /products/{key}"', '/products leads to "products"'),
    ],
)
def test_a_path_that_another_service_answers_is_refused_where_it_is_written(
    pattern: str, auth: str, route: str, reason: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = shop_with(auth, "", f"doors: {{routes: {{{route}: {{}}}}}}")

    [said] = problems(text, tmp_path, capfd, pattern)

    assert said.startswith(f'error: "{route.strip(chr(34))}" cannot be a route of "doors": ')
    assert reason in said and said.endswith("shop.yaml:10:20)")


@pytest.mark.parametrize(
    ("auth", "route"),
    [
        ("password", "POST /users"),
        ("password", "POST /login"),
        ("password", "GET /users/me"),
        ("oidc", "GET /users/me"),
        ("oidc", "GET /.well-known/openid-configuration"),
    ],
)
def test_a_route_that_the_code_of_a_pack_has_is_refused_in_its_own_service(
    auth: str, route: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    [said] = problems(shop_with(auth, f"{route}: {{}}", ""), tmp_path, capfd)

    assert said.startswith(f'error: the code of "users" answers "{route}" already (')
    assert "shop.yaml:8:" in said


@pytest.mark.parametrize(
    ("auth", "users", "others"),
    [
        ("password", "POST /login: {body: 4 KiB}", ""),
        ("password", '"GET /users/{id}": {}', "doors: {routes: {GET /users/everywhere: {}}}"),
        ("password", "", "doors: {routes: {GET /.well-known/openid-configuration: {}}}"),
        ("oidc", "", "doors: {routes: {POST /login: {}, GET /.well-known/security.txt: {}}}"),
        ("oidc", "", "doors: {routes: {GET /healthz: {}}}"),
        ("oidc", "POST /users: {}", ""),
    ],
)
def test_a_path_that_is_answered_nowhere_else_is_a_route(
    auth: str, users: str, others: str, tmp_path: Path
) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_text(SHOP.format("microservices") + shop_with(auth, users, others))

    assert run(["new", "--spec", str(spec), "-o", str(tmp_path / "shop"), "--no-git"]) == 0


@pytest.mark.parametrize(("auth", "name"), [("password", "login"), ("oidc", "docs"), ("oidc", "metrics")])
def test_a_service_whose_path_is_answered_already_is_refused(
    auth: str, name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    [said] = problems(shop_with(auth, "", f"{name}: {{resource: {{a: str}}}}"), tmp_path, capfd)

    assert f'"{name}" cannot be a service: ' in said and said.endswith("shop.yaml:10:3)")
