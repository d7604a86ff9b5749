from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source
from blueprint.plan.model import Plan, Text
from blueprint.plan.planner import make_plan
from blueprint.runtime.description import Description, Program, read_description
from blueprint.spec.load import load_spec
from tests.unit.catalog.toys import SPEC, Packs, toy_packs, toy_plan

RUN = """\
run:
  process: {command: [serve, "{package}.{process}", "{port}"], ready: /readyz}
  secrets: [secrets, "{package}"]
  smoke: [smoke, "{url}"]
  environment: {path: .venv, requirements: requirements.lock, pythonpath: src}
environment:
  - {name: DATABASE_URL, value: "sqlite:///{data}/{process}.db", about: the database}
  - {name: PEERS, value: "static:?{peers}", about: the others}
  - {name: BUS, value: "file:{data}/{package}", shared: true, about: what carries events}
  - {name: TOKEN, secret: true, about: opens doors}
  - {name: PROVIDER, value: stand-in, service: products, about: who takes the money}
"""
GATEWAY = "run:\n  gateway: {name: gateway, command: [gate], ready: /livez}\n"


def running_packs() -> Packs:
    packs = toy_packs()
    packs["stack"]["pack.yaml"] += RUN
    packs["base"]["pack.yaml"] += GATEWAY
    return packs


def text_of(plan: Plan, path: str) -> str | None:
    sources = {file.path: file.source for file in plan.files}
    return next(
        (source.text for name, source in sources.items() if name == path and isinstance(source, Text)), None
    )


def described(plan: Plan, root: Path) -> Description:
    """What `blueprint run` reads from it."""
    (root / ".blueprint").mkdir()
    (root / ".blueprint/run.json").write_text(text_of(plan, ".blueprint/run.json") or "")
    return read_description(root)


def test_every_deployable_is_a_process_behind_the_gateway(tmp_path: Path) -> None:
    description = described(toy_plan(tmp_path, running_packs()), tmp_path)

    assert [program.name for program in description.programs] == ["products", "order-items", "gateway"]
    assert description.programs[1].command == ("serve", "web_shop.order_items", "{port}")
    assert description.entry == "gateway"
    assert description.name == "web-shop"


def test_one_deployable_holds_all_services(tmp_path: Path) -> None:
    description = described(toy_plan(tmp_path, running_packs(), SPEC.replace("many", "one")), tmp_path)

    assert [program.name for program in description.programs] == ["web-shop", "gateway"]
    assert description.programs[0].env["PROVIDER"] == "stand-in"


def test_what_is_shared_is_said_once(tmp_path: Path) -> None:
    description = described(toy_plan(tmp_path, running_packs()), tmp_path)

    assert description.shared == {"BUS": "file:{data}/web_shop"}
    assert "BUS" not in description.programs[0].env


def test_a_process_knows_all_others_but_not_the_gateway(tmp_path: Path) -> None:
    description = described(toy_plan(tmp_path, running_packs()), tmp_path)

    assert description.programs[0].env["PEERS"] == "static:?order_items={order-items.url}"


def test_the_gateway_knows_the_address_of_every_process(tmp_path: Path) -> None:
    description = described(toy_plan(tmp_path, running_packs()), tmp_path)

    assert description.programs[-1].env == {
        "PORT": "{port}",
        "PRODUCTS_ADDRESS": "{products.address}",
        "ORDER_ITEMS_ADDRESS": "{order-items.address}",
    }


HELPER = """\
run:
  helper: {name: registry, command: [register, "{package}", "{port}"], ready: /livez, unless: REGISTRY_URL}
"""


def test_a_helper_is_a_process_before_the_gateway_unless_its_work_is_done_elsewhere(tmp_path: Path) -> None:
    packs = running_packs()
    packs["log"]["pack.yaml"] += HELPER

    plan = toy_plan(tmp_path, packs)
    description = described(plan, tmp_path)

    assert [program.name for program in description.programs[-2:]] == ["registry", "gateway"]
    assert description.programs[-2] == Program(
        "registry", ("register", "web_shop", "{port}"), "/livez", {}, "REGISTRY_URL", ()
    )
    for process in json.loads(text_of(plan, ".blueprint/run.json") or "")["processes"]:
        assert {"name", "command", "ready", "env"} <= process.keys()


def test_a_variable_of_a_service_is_for_the_process_that_holds_it(tmp_path: Path) -> None:
    description = described(toy_plan(tmp_path, running_packs()), tmp_path)

    assert ["PROVIDER" in program.env for program in description.programs] == [True, False, False]


def test_a_secret_is_in_no_file(tmp_path: Path) -> None:
    plan = toy_plan(tmp_path, running_packs())

    assert "TOKEN" not in (text_of(plan, ".blueprint/run.json") or "")
    assert "# opens doors\nTOKEN=\n" in (text_of(plan, ".env.example") or "")


def test_the_example_shows_values_that_could_be_anywhere(tmp_path: Path) -> None:
    example = text_of(toy_plan(tmp_path, running_packs()), ".env.example") or ""

    assert "# the database\nDATABASE_URL=sqlite:///var/products.db\n" in example
    assert "PEERS=static:?order_items=http://order-items:8000\n" in example


def test_a_higher_layer_replaces_a_variable_and_a_part_of_run(tmp_path: Path) -> None:
    packs = running_packs()
    packs["log"]["pack.yaml"] += (
        "run: {smoke: [other]}\nenvironment: [{name: DATABASE_URL, value: memory, about: the database}]\n"
    )

    description = described(toy_plan(tmp_path, packs), tmp_path)

    assert description.smoke == ("other",)
    assert description.programs[0].env["DATABASE_URL"] == "memory"


def test_a_helper_is_started_beside_the_deployables_unless_it_is_there_already(tmp_path: Path) -> None:
    packs = running_packs()
    packs["log"]["pack.yaml"] += (
        "run:\n"
        '  helper: {name: server, command: [serve, "{package}"], ready: /livez, unless: BROKER_URL}\n'
        'environment: [{name: BROKER_URL, value: "{server.url}", about: the broker}]\n'
    )

    description = described(toy_plan(tmp_path, packs), tmp_path)

    programs = {program.name: program for program in description.programs}
    assert list(programs) == ["products", "order-items", "server", "gateway"]
    assert programs["server"].command == ("serve", "web_shop")
    assert (programs["server"].unless, programs["products"].unless) == ("BROKER_URL", None)
    assert programs["products"].env["BROKER_URL"] == "{server.url}"
    assert "SERVER_ADDRESS" not in programs["gateway"].env


def test_without_a_word_on_processes_there_is_nothing_to_run(tmp_path: Path) -> None:
    plan = toy_plan(tmp_path, toy_packs())

    assert text_of(plan, ".blueprint/run.json") is None
    assert text_of(plan, ".env.example") is None


SERVICES = ("users", "products", "orders", "payments")


@pytest.mark.parametrize("pattern", ["monolith", "microservices", "event-driven"])
def test_the_shop_is_described_as_it_was_by_hand(pattern: str) -> None:
    catalog = load_catalog()
    preset = catalog.find("preset", "e-commerce", "fastapi")
    assert preset
    source = preset_source(preset, "shop", pattern, "fastapi")

    plan = make_plan(load_spec(source, "blueprint.yaml"), catalog, source)

    assert json.loads(text_of(plan, ".blueprint/run.json") or "") == by_hand(pattern)


def by_hand(pattern: str) -> dict[str, object]:
    names = ("shop",) if pattern == "monolith" else SERVICES
    gateway = {
        "name": "gateway",
        "command": ["{caddy}", "run", "--config", "deploy/Caddyfile", "--adapter", "caddyfile"],
        "ready": "/livez",
        "env": {"PORT": "{port}", **{f"{name.upper()}_ADDRESS": f"{{{name}.address}}" for name in names}},
        "watch": {
            "env": {
                "GATEWAY_HEALTH_URI": "/livez",
                "GATEWAY_HEALTH_TIMEOUT": "30s",
                "GATEWAY_KEEPALIVE": "off",
            }
        },
    }
    broker = {"BROKER_URL": "sqlite:///{data}/broker.db"} if pattern == "event-driven" else {}
    return {
        "version": 1,
        "name": "shop",
        "pattern": pattern,
        "environment": {"path": ".blueprint/venv", "requirements": "requirements.lock", "pythonpath": "src"},
        "dotenv": {"path": ".env", "command": ["{python}", "-m", "shop.entrypoints.secrets"]},
        "data": "var",
        "processes": [*(process(name, pattern) for name in names), gateway],
        "entry": "gateway",
        "smoke": ["{python}", "smoke.py", "{url}"],
        "openapi": ["{python}", "-m", "shop.entrypoints.openapi"],
        "development": {
            "path": ".blueprint/dev/venv",
            "requirements": "requirements-dev.lock",
            "pythonpath": "src",
        },
        "test": ["{python}", "-m", "pytest"],
        "lint": {
            "ruff check": ["{python}", "-m", "ruff", "check"],
            "ruff format": ["{python}", "-m", "ruff", "format", "--check"],
            "import-linter": [
                "{python}",
                "-c",
                "from importlinter.cli import lint_imports_command; lint_imports_command()",
                "--no-cache",
                "--no-logo",
            ],
            "mypy": ["{python}", "-m", "mypy"],
        },
        "shared": {
            "CORS_ORIGINS": "",
            **broker,
            "PAYMENT_PROVIDER_URL": "stand-in:///{data}/payment-provider.db",
        },
    }


def process(name: str, pattern: str) -> dict[str, object]:
    env = {"DATABASE_URL": f"sqlite:///{{data}}/{name}.db", "DRAIN_SECONDS": "{drain}"}
    env["FORWARDED_ALLOW_IPS"] = "127.0.0.1,::1"
    env["OPENAPI_FILE"] = ""
    if name in ("shop", "users"):
        env["MALLOC_TRIM_THRESHOLD_"] = "131072"
    if pattern == "microservices":
        others = "&".join(f"{other}={{{other}.url}}" for other in SERVICES if other != name)
        env["DISCOVERY_URL"] = f"static:?{others}"
    serve = ["{python}", "-m", "uvicorn", "--factory", f"shop.entrypoints.{name}:create_app"]
    options = ["--host", "127.0.0.1", "--port", "{port}", "--http", "shop.platform.http.server:TimedHttp"]
    options += ["--timeout-keep-alive", "75", "--no-access-log", "--log-level", "warning"]
    return {
        "name": name,
        "command": [*serve, *options],
        "ready": "/readyz",
        "env": env,
        "migrations": ["{python}", "-m", "shop.entrypoints.migrations", name],
        "watch": {"arguments": ["--fd", "{fd}"]},
        **({"calls": ["products", "payments"]} if name == "orders" else {}),
        "data": ["{python}", "-m", "shop.entrypoints.read_data", name],
    }


WITH_SETTINGS = SPEC.replace(
    "resource: {name: str}",
    "resource: {name: str}\n    settings: {pay_url: url, key: secret, both: int = 5, note: str?}",
).replace("resource: {amount: int}", "resource: {amount: int}\n    settings: {both: int = 5}")


def test_a_setting_is_of_the_processes_of_its_services(tmp_path: Path) -> None:
    description = described(toy_plan(tmp_path, running_packs(), WITH_SETTINGS), tmp_path)

    assert description.private == {
        "PAY_URL": ("products",),
        "KEY": ("products",),
        "BOTH": ("products", "order-items"),
        "NOTE": ("products",),
    }
    assert description.shared == {"BUS": "file:{data}/web_shop"}
    assert description.dotenv is not None
    assert description.dotenv.names == ("KEY",)


def test_without_settings_nothing_is_said_of_them(tmp_path: Path) -> None:
    text = text_of(toy_plan(tmp_path, running_packs()), ".blueprint/run.json")

    assert not {"private", "names"} & json.loads(text or "").keys()
    assert '"names"' not in (text or "")


def test_the_example_of_an_environment_has_each_setting_once(tmp_path: Path) -> None:
    example = text_of(toy_plan(tmp_path, running_packs(), WITH_SETTINGS), ".env.example") or ""

    assert "# pay_url of products: url\nPAY_URL=\n" in example
    assert "# key of products\nKEY=\n" in example
    assert example.count("# both of products, order-items: int = 5\nBOTH=5\n") == 1
