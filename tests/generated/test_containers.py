"""The Dockerfile and compose.yaml of every project, by the word of Docker Compose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from blueprint.cli.main import run
from blueprint.tree import RelPath
from tests.generated.containers import SECRETS, ask, compose, composed, lay
from tests.generated.recipes import PATTERNS, RECIPES, Recipe, drafted, tree_of, write
from tests.kit.cases import POSTGRESQL, cases

pytestmark = pytest.mark.slow

IMAGE = re.compile(r"^(?: +image: |FROM )([\w./-]+:\S+)", re.MULTILINE)
PINNED = re.compile(r"(postgres:\d+\.\d+|[\w./-]+:v?\d+\.\d+\.\d+)(-\w+)?")
"""A version of PostgreSQL has two numbers."""
EDGES = ("compose.yaml", "Dockerfile", "deploy/", "docs/openapi.json")

every_project = pytest.mark.parametrize("recipe", RECIPES, ids=str)
every_pattern = pytest.mark.parametrize("pattern", PATTERNS)


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
    folder = lay(tree_of(Recipe("e-commerce", pattern, tracing="opentelemetry")), tmp_path, *EDGES)

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
    assert f"{secret} is missing a value: create .env" in done.stderr


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
    recipe = Recipe("e-commerce", "event-driven", broker=broker)
    services = compose(lay(tree_of(recipe), tmp_path, *EDGES))["services"]

    assert services["orders"]["depends_on"] == {broker: {"condition": "service_healthy", "required": True}}
    assert services["orders"]["environment"]["BROKER_URL"].startswith(f"{broker}://{broker}:")


def test_another_broker_is_a_line_of_the_dotenv_file(tmp_path: Path) -> None:
    folder = lay(tree_of(Recipe("e-commerce", "event-driven", broker="nats")), tmp_path, *EDGES)

    told = composed(folder, BROKER_URL="nats://elsewhere:4222/shop")

    services = yaml.safe_load(told)["services"].values()
    urls = [
        one["environment"]["BROKER_URL"] for one in services if "BROKER_URL" in one.get("environment", {})
    ]
    assert urls == ["nats://elsewhere:4222/shop"] * 4
    assert "nats://elsewhere" not in composed(folder)


@pytest.mark.parametrize(
    ("discovery", "url"), [("dns", "dns://:8000"), ("eureka", "eureka+http://registry:8000/eureka")]
)
def test_processes_find_each_other_as_the_spec_says(discovery: str, url: str, tmp_path: Path) -> None:
    recipe = Recipe("e-commerce", "microservices", discovery=discovery)
    services = compose(lay(tree_of(recipe), tmp_path, *EDGES))["services"]

    assert services["orders"]["environment"]["DISCOVERY_URL"] == url


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


def test_every_image_of_others_is_pinned_to_an_exact_version() -> None:
    found = {
        image
        for recipe in (*(case.recipe for case in cases()), POSTGRESQL)
        for path in ("compose.yaml", "Dockerfile")
        for image in IMAGE.findall(tree_of(recipe)[RelPath(path)].content.decode())
    }

    assert len(found) >= 8
    assert [image for image in found if not PINNED.fullmatch(image)] == []


def test_what_all_processes_have_in_common_stands_in_compose_once() -> None:
    text = tree_of(Recipe("e-commerce", "event-driven"))[RelPath("compose.yaml")].content.decode()

    for line in ("pull_policy: build", "DRAIN_SECONDS: ", "BROKER_URL: ", "stop_grace_period: "):
        assert text.count(line) == 1
    assert text.count("restart: unless-stopped") == 1
    assert text.count("<<: *process") == text.count("<<: *environment") == 4


@pytest.mark.parametrize("pattern", PATTERNS)
def test_one_more_process_changes_nothing_in_compose_but_what_is_its_own(
    pattern: str, tmp_path: Path
) -> None:
    root = tmp_path / "shop"
    write(Recipe("one-service", pattern), root)
    before = (root / "compose.yaml").read_text().splitlines()

    assert run(["add-service", "shipments", "--field", "order_id: str", "-C", str(root)]) == 0

    after = (root / "compose.yaml").read_text().splitlines()
    changed = [line.strip().partition(":")[0] for line in before if line not in after]
    assert changed in ([], ["DISCOVERY_URL"]), "only who its peers are"


@every_project
def test_only_what_the_image_holds_is_sent_to_the_builder(recipe: Recipe) -> None:
    lines = tree_of(recipe)[RelPath(".dockerignore")].content.decode().splitlines()

    assert [line for line in lines if not line.startswith("#")][0] == "*"
    assert [line for line in lines if line.startswith("!")] == [
        "!requirements.lock",
        "!src",
        "!docs/openapi.json",
    ]
