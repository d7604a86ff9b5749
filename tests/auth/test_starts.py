"""A system starts while its OpenID provider is away, and not with settings that cannot be right."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.auth.conftest import settings
from tests.auth.provider import DISCOVERY, Provider
from tests.conftest import PATTERNS
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop
from tests.support.shop import open_shop
from tests.support.system import System, eventually

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("pattern", PATTERNS)
def test_tokens_are_taken_once_the_provider_is_there(
    pattern: str, workshop: Workshop, tmp_path: Path
) -> None:
    project = workshop.startable(Recipe("e-commerce", pattern, auth="oidc"))
    with Provider() as provider:
        token = provider.token()
        provider.leave()
        with (
            System(project, tmp_path / "run.log", variables=settings(provider)) as system,
            open_shop(system.url) as shop,
        ):
            user = shop.with_token(token)
            away = user.get("/users/me")
            assert (away.status_code, int(away.headers["retry-after"])) == (503, 1)
            assert shop.get("/products").status_code == 200
            assert shop.get("/users/me").status_code == 401

            provider.come_back()

            eventually(lambda: user.get("/users/me").status_code == 200, 10, "the token is taken", 0.2)


def line_of(project: Path, **variables: str) -> str:
    """What a process says that does not start."""
    program = "from shop.entrypoints.shop import create_app; create_app()"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OIDC_")}
    known = {
        "DATABASE_URL": "sqlite:///x.db",
        "OPERATOR_TOKEN": "operator of these tests",
        "PYTHONPATH": "src",
    }
    known |= {"PAYMENT_PROVIDER_URL": "stand-in:///x.db", "DRAIN_SECONDS": "0"}
    done = subprocess.run(
        [".blueprint/venv/bin/python", "-c", program],
        cwd=project,
        env={**inherited, **known, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"OIDC_ISSUER": "https://login.example.com"}, "set OIDC_AUDIENCE (Field required) in"),
        ({"OIDC_AUDIENCE": "shop"}, "set OIDC_ISSUER (Field required) in"),
        ({"OIDC_ISSUER": "https://a.example", "OIDC_AUDIENCE": ""}, "set OIDC_AUDIENCE ("),
        ({"OIDC_ISSUER": "http://login.example.com", "OIDC_AUDIENCE": "shop"}, "is not an https:// URL"),
        ({"OIDC_ISSUER": "login.example.com", "OIDC_AUDIENCE": "shop"}, "is not an https:// URL"),
        ({"OIDC_ISSUER": "http://127.0.0.1.evil.example", "OIDC_AUDIENCE": "shop"}, "is not an https:// URL"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_told_in_a_line(
    variables: dict[str, str], message: str, workshop: Workshop
) -> None:
    project = workshop.startable(Recipe("e-commerce", "monolith", auth="oidc"))

    assert message in line_of(project, **variables)


def test_a_provider_that_is_another_one_ends_the_start(workshop: Workshop, tmp_path: Path) -> None:
    project = workshop.startable(Recipe("e-commerce", "monolith", auth="oidc"))
    log = tmp_path / "run.log"
    with Provider(issuer="https://login.example.com") as provider:
        with pytest.raises(AssertionError), System(project, log, variables=settings(provider)):
            pass
        expected = (
            f"OIDC_ISSUER is wrong: {provider.url}{DISCOVERY} has the issuer 'https://login.example.com'"
        )

    assert expected in log.read_text()
