"""The Dockerfile and compose.yaml of every project, by the word of hadolint and of Docker Compose."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.cli.drafting import Wishes, draft
from blueprint.cli.main import run
from blueprint.render.renderer import render
from blueprint.tree import RelPath, Tree
from tests.generated.containers import MADE_UP, SECRETS, ask, compose, lay
from tests.generated.recipes import PATTERNS, RECIPES, Recipe, drafted, tree_of, write

pytestmark = pytest.mark.slow

EDGES = ("compose.yaml", "Dockerfile", "deploy/", "docs/openapi.json")
LONGEST = "x" + "-9" * 19 + "z"

every_project = pytest.mark.parametrize("recipe", RECIPES, ids=str)
every_pattern = pytest.mark.parametrize("pattern", PATTERNS)


def tree_with(pattern: str, **choices: str) -> Tree:
    wishes = Wishes(name="shop", pattern=pattern, stack="fastapi", preset="e-commerce", **choices)
    return render(draft(wishes, load_catalog()).plan)


@every_project
def test_hadolint_has_nothing_against_the_dockerfile(recipe: Recipe, tmp_path: Path) -> None:
    folder = lay(tree_of(recipe), tmp_path, "Dockerfile")

    assert ask(folder, "hadolint", "--failure-threshold", "style", "Dockerfile").stdout == ""


@every_project
def test_compose_starts_each_process_behind_the_gateway_and_nothing_else(
    recipe: Recipe, tmp_path: Path
) -> None:
    names = {deployable.name for deployable in drafted(recipe).plan.deployables}

    services = compose(lay(tree_of(recipe), tmp_path, *EDGES))["services"]

    assert {*services} - {"registry", "balancer"} == names | {"gateway"}
    assert names <= {*services["gateway"]["depends_on"]}


@every_pattern
def test_what_watches_is_started_only_when_asked_for(pattern: str, tmp_path: Path) -> None:
    folder = lay(tree_of(Recipe("e-commerce", pattern)), tmp_path, *EDGES)

    more = compose(folder, "--profile", "monitoring")["services"].keys() - compose(folder)["services"].keys()

    assert more == {"prometheus", "grafana"}


@every_pattern
def test_what_collects_spans_is_there_where_they_are_told(pattern: str, tmp_path: Path) -> None:
    folder = lay(tree_with(pattern, tracing="opentelemetry"), tmp_path, *EDGES)

    watching, others = compose(folder, "--profile", "monitoring")["services"], compose(folder)["services"]

    assert watching.keys() - others.keys() == {"prometheus", "grafana", "jaeger"}
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in others[next(iter(others.keys() - {"gateway"}))]["environment"]


@every_pattern
@pytest.mark.parametrize("secret", SECRETS)
def test_without_a_secret_nothing_starts_and_it_is_named(pattern: str, secret: str, tmp_path: Path) -> None:
    folder = lay(tree_of(Recipe("e-commerce", pattern)), tmp_path, *EDGES)
    given = "".join(f"{name}=given\n" for name in SECRETS if name != secret)
    (folder / ".env").write_text(given)

    done = ask(folder, "docker-compose", "config", "-q")

    assert done.returncode != 0
    assert f"{secret} is missing a value: make .env" in done.stderr


@pytest.mark.parametrize("pattern", ["microservices", "event-driven"])
def test_only_the_service_that_signs_tokens_gets_the_key_for_it(pattern: str, tmp_path: Path) -> None:
    services = compose(lay(tree_of(Recipe("e-commerce", pattern)), tmp_path, *EDGES))["services"]

    holders = [name for name, one in services.items() if "AUTH_PRIVATE_KEY" in one.get("environment", {})]

    assert holders == ["users"]


@every_project
def test_no_process_can_change_its_image_or_gain_rights(recipe: Recipe, tmp_path: Path) -> None:
    services = compose(lay(tree_of(recipe), tmp_path, *EDGES))["services"]

    for deployable in drafted(recipe).plan.deployables:
        one = services[deployable.name]
        assert one["read_only"] is True
        assert (one["cap_drop"], one["security_opt"]) == (["ALL"], ["no-new-privileges:true"])


@pytest.mark.parametrize("broker", ["nats", "kafka"])
def test_a_broker_is_there_before_those_who_need_it(broker: str, tmp_path: Path) -> None:
    services = compose(lay(tree_with("event-driven", broker=broker), tmp_path, *EDGES))["services"]

    assert services["orders"]["depends_on"] == {broker: {"condition": "service_healthy", "required": True}}
    assert services["orders"]["environment"]["BROKER_URL"].startswith(f"{broker}://{broker}:")


def test_another_broker_is_a_line_of_the_dotenv_file(tmp_path: Path) -> None:
    folder = lay(tree_with("event-driven", broker="nats"), tmp_path, *EDGES)
    services = compose(folder)["services"]
    (folder / ".env").write_text(f"{MADE_UP}BROKER_URL=nats://elsewhere:4222/shop\n")
    done = ask(folder, "docker-compose", "config")

    assert "nats://elsewhere" not in str(services)
    assert done.stdout.count("BROKER_URL: nats://elsewhere:4222/shop") == 4


@pytest.mark.parametrize(
    ("discovery", "url"), [("dns", "dns://:8000"), ("eureka", "eureka+http://registry:8000/eureka")]
)
def test_processes_find_each_other_as_the_spec_says(discovery: str, url: str, tmp_path: Path) -> None:
    services = compose(lay(tree_with("microservices", discovery=discovery), tmp_path, *EDGES))["services"]

    assert services["orders"]["environment"]["DISCOVERY_URL"] == url


@every_pattern
@pytest.mark.parametrize("name", [LONGEST, "a", "n-1", "on-2"])
def test_any_name_of_a_project_is_one_for_containers(name: str, pattern: str, tmp_path: Path) -> None:
    wishes = Wishes(name=name, pattern=pattern, stack="fastapi")
    folder = lay(render(draft(wishes, load_catalog()).plan), tmp_path, *EDGES)

    assert compose(folder)["name"] == name
    assert ask(folder, "hadolint", "Dockerfile").stdout == ""


@every_pattern
def test_a_service_that_is_added_joins_and_edits_stay(pattern: str, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    write(Recipe("e-commerce", pattern), root)
    file = root / "compose.yaml"
    file.write_text(file.read_text().replace("${PORT:-8080}", "${PORT:-9090}"))

    assert run(["add-service", "shipments", "--field", "order_id: str", "-C", str(root)]) == 0

    assert "${PORT:-9090}" in file.read_text()
    services = compose(root)["services"]
    assert ("shipments" in services) == (pattern != "monolith")
    assert run(["check", str(root)]) == 0


@every_project
def test_only_what_the_image_holds_is_sent_to_the_builder(recipe: Recipe) -> None:
    lines = tree_of(recipe)[RelPath(".dockerignore")].content.decode().splitlines()

    assert [line for line in lines if not line.startswith("#")][0] == "*"
    assert [line for line in lines if line.startswith("!")] == ["!requirements.lock", "!src"]
