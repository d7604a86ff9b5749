"""A service of a preset is taken out, and comes back, like any other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.conftest import PATTERNS
from tests.unit.cli.projects import files_of

Capture = pytest.CaptureFixture[str]

PATHS = {"users": {"/users", "/users/me", "/login"}, "payments": {"/payments"}, "orders": set()}
SECRETS = {"users": "AUTH_PRIVATE_KEY", "payments": "PAYMENT_PROVIDER_URL"}


def begun(root: Path, pattern: str, *flags: str) -> Path:
    command = ["new", "shop", "-o", str(root), "-p", pattern, "--preset", "e-commerce", *flags]
    assert run([*command, "-y", "--no-git"]) == 0
    return root


def without(shop: Path, *services: str) -> None:
    for service in services:
        assert run(["add-service", service, "--remove", "-C", str(shop)]) == 0


def with_provider(shop: Path) -> None:
    """Replace the passwords by an OpenID provider."""
    spec = shop / "blueprint.yaml"
    spec.write_text(spec.read_text().replace("preset: e-commerce\n", "preset: e-commerce\nauth: oidc\n"))
    assert run(["sync", str(shop)]) == 0


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return begun(tmp_path / "shop", "monolith")


@pytest.mark.parametrize(
    ("pattern", "service"), [*zip(PATTERNS, ("users", "payments", "payments"), strict=True)]
)
def test_a_service_of_a_preset_goes_with_all_that_was_about_it(
    pattern: str, service: str, tmp_path: Path
) -> None:
    shop = begun(tmp_path / "shop", pattern, *(("--auth", "oidc") if service == "users" else ()))
    spec = (shop / "blueprint.yaml").read_text()
    before = files_of(shop)
    without(shop, service)

    assert run(["check", str(shop)]) == 0
    assert not (shop / f"src/shop/{service}").exists()
    assert not PATHS[service] & json.loads((shop / "docs/openapi.json").read_text())["paths"].keys()
    for page in (".env.example", "README.md", "compose.yaml"):
        assert SECRETS[service] not in (shop / page).read_text()
    assert ("argon2" in (shop / "requirements.lock").read_text()) == (service != "users")
    assert "/login" in (shop / "deploy/Caddyfile").read_text() or service == "users"
    assert not (shop / "tests/workflows/test_checkout.py").exists()
    model = tmp_path / "model"
    assert run(["new", "--spec", str(shop / "blueprint.yaml"), "-o", str(model), "--no-git"]) == 0
    assert files_of(shop) == files_of(model)

    (shop / "blueprint.yaml").write_text(spec)
    assert run(["sync", str(shop)]) == 0
    assert files_of(shop) == before


def test_what_the_user_wrote_about_it_stays_and_is_told(shop: Path, capsys: Capture) -> None:
    test = shop / "tests/workflows/test_checkout.py"
    test.write_text(f"{test.read_text()}\n# mine\n")
    capsys.readouterr()

    assert run(["add-service", "payments", "--remove", "-C", str(shop)]) == 0
    assert "test_checkout.py" in capsys.readouterr().err
    assert test.exists()


def test_what_the_tool_writes_anew_is_not_told_as_the_user_s(shop: Path, capsys: Capture) -> None:
    with_provider(shop)
    capsys.readouterr()
    without(shop, "users")

    assert "smoke.py" not in capsys.readouterr().err


def test_a_service_with_which_users_log_in_is_not_removed(shop: Path, capsys: Capture) -> None:
    before = files_of(shop)
    capsys.readouterr()

    assert run(["add-service", "users", "--remove", "-C", str(shop)]) == 3
    error, hint = capsys.readouterr().err.splitlines()
    assert error.startswith('error: auth "password" needs the service "users"')
    assert hint == 'hint: write another "auth" and run `blueprint sync`, then remove "users"'
    assert files_of(shop) == before


def test_the_line_preset_can_go_once_nothing_of_it_is_left(shop: Path) -> None:
    spec = shop / "blueprint.yaml"
    text = spec.read_text()
    spec.write_text(text.replace("preset: e-commerce\n", ""))
    assert run(["sync", str(shop)]) == 3

    notes = "  notes:\n    resource: {text: str}\n\n"
    spec.write_text(text.replace("workflows:", f"{notes}workflows:"))
    assert run(["sync", str(shop)]) == 0
    spec.write_text(f"{text.partition('types:')[0]}services:\n{notes}")
    assert run(["sync", str(shop)]) == 0
    assert run(["check", str(shop)]) == 0
    assert not (shop / "src/shop/platform/http/auth.py").exists()
    spec.write_text(spec.read_text().replace("preset: e-commerce\n", ""))
    assert run(["sync", str(shop)]) == 0
    assert run(["check", str(shop)]) == 0


def test_a_service_that_comes_again_fits_the_code_of_the_preset_or_is_refused(
    shop: Path, capsys: Capture
) -> None:
    without(shop, "payments")
    before = files_of(shop)
    capsys.readouterr()

    assert run(["add-service", "payments", "--field", "order_id: str", "-C", str(shop)]) == 3
    message = capsys.readouterr().err
    assert 'has code for "payments" that needs user_id, amount, status, charge' in message
    assert files_of(shop) == before


def test_a_project_does_not_begin_with_a_preset_of_which_it_has_no_service(
    tmp_path: Path, capsys: Capture
) -> None:
    spec = tmp_path / "mine.yaml"
    spec.write_text(
        "version: 1\nname: shop\npattern: monolith\nstack: fastapi\npreset: e-commerce\n"
        "services: {user: {resource: {name: str}}}\n"
    )

    assert run(["new", "--spec", str(spec), "-o", str(tmp_path / "shop")]) == 3
    assert (
        'the preset "e-commerce" has code for users, products, orders, payments, but the spec has none of'
        in (capsys.readouterr().err)
    )
