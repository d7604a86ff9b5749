"""What gateways send again, in projects whose code is not what the preset has now."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from blueprint.cli.main import run

MOST_WORDS = 64
"""Of a line: HAProxy does not start where one has more."""
GATEWAYS = {"Caddyfile": "path_regexp", "haproxy.cfg": "path_reg"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    choices = ("--preset", "e-commerce", "-p", "monolith", "--no-git", "-y")
    assert run(["new", "shop", *choices, "-o", str(tmp_path / "shop")]) == 0
    return tmp_path / "shop"


def sent_again(shop: Path) -> set[str]:
    texts = {matcher: (shop / "deploy" / file).read_text() for file, matcher in GATEWAYS.items()}
    return {found for matcher, text in texts.items() for found in re.findall(rf"{matcher} (\S+)", text)}


def test_a_route_that_knows_no_key_is_not_sent_again_until_it_does(shop: Path) -> None:
    api = shop / "src/shop/products/api.py"
    written = api.read_text()
    assert sent_again(shop) == {"^(/products|/orders)$"}

    api.write_text(written.replace("IdempotencyKey", "Anything"))
    assert run(["sync", str(shop)]) == 0
    assert sent_again(shop) == {"^(/orders)$"}

    api.write_text(written)
    assert run(["sync", str(shop)]) == 0
    assert sent_again(shop) == {"^(/products|/orders)$"}


def test_where_no_route_knows_a_key_no_post_is_sent_again(shop: Path) -> None:
    for api in (shop / "src/shop").glob("*/api.py"):
        api.write_text(api.read_text().replace("IdempotencyKey", "Anything"))

    assert run(["sync", str(shop)]) == 0

    assert sent_again(shop) == set()
    assert "METH_POST" not in (shop / "deploy/haproxy.cfg").read_text()
    assert "Idempotency-Key *" not in (shop / "deploy/Caddyfile").read_text()


def test_haproxy_takes_a_process_of_many_services(tmp_path: Path) -> None:
    names = [f"service-{number}" for number in range(100)]
    spec = tmp_path / "many.yaml"
    services = "".join(
        f"  {name}: {{resource: {{a: str}}, routes: {{GET /reports/{name}: {{}}}}}}\n" for name in names
    )
    spec.write_text(f"version: 1\nname: many\npattern: monolith\nstack: fastapi\nservices:\n{services}")
    assert run(["new", "--spec", str(spec), "-o", str(tmp_path / "many"), "--no-git"]) == 0

    lines = (tmp_path / "many/deploy/haproxy.cfg").read_text().splitlines()

    assert all(len(shlex.split(line, comments=True)) <= MOST_WORDS for line in lines)
    paths = [path for line in lines for path in re.findall(r"{ path (\S+) }", line)]
    below = [path for line in lines for path in re.findall(r"{ path_beg (\S+) }", line)]
    assert {f"/{name}" for name in names} | {f"/reports/{name}" for name in names} <= {*paths}
    assert {f"/{name}/" for name in names} == {*below}
