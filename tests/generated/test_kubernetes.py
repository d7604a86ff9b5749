"""The manifests of every project, put together by kustomize and judged by the schemas of Kubernetes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint.catalog.load import load_catalog
from blueprint.cli.drafting import Options, draft
from blueprint.cli.main import run
from blueprint.render.renderer import render
from blueprint.tree import Tree
from tests.generated.containers import OVERLAYS, judge, kustomized, lay
from tests.generated.recipes import PATTERNS, RECIPES, Recipe, different, drafted, tree_of, write

pytestmark = pytest.mark.slow

SERVER = """\
kind: database
id: server
stack: fastapi
title: Server
summary: a toy that says of itself that it is a server
uses: [replicas]
environment: [{name: DATABASE_URL, value: "sqlite:///{data}/{process}.db", about: where, shared: true}]
"""

DATABASE_SECONDS = 30
"""For which a process waits for its database."""

ARGUED = {
    "local": "CKV_K8S_11,CKV_K8S_15,CKV_K8S_35,CKV_K8S_43,CKV2_K8S_6",
    "production": "CKV_K8S_11,CKV_K8S_15,CKV_K8S_35,CKV_K8S_43",
}
"""Checks of checkov that do not apply, for the reasons in docs/decisions/0037."""

Manifest = Mapping[str, Any]

every_project = pytest.mark.parametrize("recipe", RECIPES, ids=str)
every_pattern = pytest.mark.parametrize("pattern", PATTERNS)


def built(tree: Tree, folder: Path, overlay: str) -> list[Manifest]:
    """All manifests of the overlay. test_combinations.py validates those of all recipes."""
    lay(tree, folder, "deploy/k8s/")
    return [*yaml.load_all(kustomized(folder, overlay), yaml.CSafeLoader)]


def judged(tree: Tree, folder: Path, overlay: str) -> list[Manifest]:
    """The same; AssertionError if the schemas of Kubernetes refuse one."""
    manifests = built(tree, folder, overlay)
    (folder / "built.yaml").write_text(yaml.safe_dump_all(manifests))
    judge(folder / "built.yaml")
    return manifests


def of_kind(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] == kind}


def containers(manifests: list[Manifest]) -> Iterator[Manifest]:
    for deployment in of_kind(manifests, "Deployment").values():
        yield from deployment["spec"]["template"]["spec"]["containers"]


def scaled(pattern: str, folder: Path, tracing: str | None = None) -> Tree:
    """A shop whose database is a server."""
    (folder / "packs/server").mkdir(parents=True)
    (folder / "packs/server/pack.yaml").write_text(SERVER)
    options = Options(
        name="shop",
        pattern=pattern,
        stack="fastapi",
        preset="e-commerce",
        database="server",
        tracing=tracing,
    )
    return render(draft(options, load_catalog([folder / "packs"])).plan)


@every_project
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_there_is_a_deployment_that_can_be_reached_and_moved_for_each_process(
    recipe: Recipe, overlay: str, tmp_path: Path
) -> None:
    names = {deployable.name for deployable in drafted(recipe).plan.deployables}

    manifests = built(tree_of(recipe), tmp_path, overlay)

    for kind in ("Deployment", "Service", "PodDisruptionBudget"):
        assert of_kind(manifests, kind).keys() - {"registry"} == names
    assert {one["metadata"]["namespace"] for one in manifests} == {drafted(recipe).spec.name}


@every_pattern
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_container_has_rights_that_it_does_not_need(pattern: str, overlay: str, tmp_path: Path) -> None:
    for container in containers(built(tree_of(Recipe("e-commerce", pattern)), tmp_path, overlay)):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]


@every_pattern
def test_a_process_has_time_to_drain_before_it_is_killed(pattern: str, tmp_path: Path) -> None:
    manifests = built(tree_of(Recipe("e-commerce", pattern)), tmp_path, "production")
    draining = [float(one["data"]["DRAIN_SECONDS"]) for one in of_kind(manifests, "ConfigMap").values()]

    for deployment in of_kind(manifests, "Deployment").values():
        pod = deployment["spec"]["template"]["spec"]
        ready = pod["containers"][0]["readinessProbe"]
        assert max(draining) < pod["terminationGracePeriodSeconds"] / 2
        assert ready["periodSeconds"] * ready["failureThreshold"] < min(draining)


@every_pattern
def test_secrets_are_references_and_each_process_has_its_own(pattern: str, tmp_path: Path) -> None:
    manifests = built(tree_of(Recipe("e-commerce", pattern)), tmp_path, "production")

    assert not of_kind(manifests, "Secret")
    signing = [one["args"] for one in containers(manifests) if "AUTH_PRIVATE_KEY" in str(one["env"])]
    assert signing == [[f"shop.entrypoints.{'shop' if pattern == 'monolith' else 'users'}:create_app"]]


@every_pattern
def test_what_is_internal_is_not_let_in(pattern: str, tmp_path: Path) -> None:
    manifests = built(tree_of(Recipe("e-commerce", pattern)), tmp_path, "production")
    [ingress] = of_kind(manifests, "Ingress").values()
    [rule] = ingress["spec"]["rules"]

    paths = {path["path"] for path in rule["http"]["paths"]}

    assert paths == {"/users", "/login", "/products", "/orders", "/payments", "/openapi.json"}


def test_with_dns_a_name_has_the_address_of_each_instance(tmp_path: Path) -> None:
    manifests = built(tree_of(Recipe("sql-words", "microservices")), tmp_path, "production")

    assert {service["spec"]["clusterIP"] for service in of_kind(manifests, "Service").values()} == {"None"}
    assert {one["data"]["DISCOVERY_URL"] for one in of_kind(manifests, "ConfigMap").values()} == {
        "dns://:8000"
    }


def test_on_one_node_no_broker_is_needed(tmp_path: Path) -> None:
    recipe = Recipe("e-commerce", "event-driven", broker="nats")

    manifests = built(tree_of(recipe), tmp_path, "local")

    told = {one["data"]["BROKER_URL"] for one in of_kind(manifests, "ConfigMap").values()}
    assert told == {"sqlite:////data/broker.db"}


@every_pattern
def test_a_file_is_the_database_of_one_instance_at_a_time(pattern: str, tmp_path: Path) -> None:
    manifests = built(tree_of(Recipe("e-commerce", pattern)), tmp_path, "production")

    assert not of_kind(manifests, "HorizontalPodAutoscaler")
    for deployment in of_kind(manifests, "Deployment").values():
        assert (deployment["spec"]["replicas"], deployment["spec"]["strategy"]["type"]) == (1, "Recreate")


@every_pattern
def test_on_a_server_there_are_several_instances_and_no_volume(pattern: str, tmp_path: Path) -> None:
    manifests = judged(scaled(pattern, tmp_path), tmp_path, "production")
    deployments = of_kind(manifests, "Deployment")

    assert of_kind(manifests, "HorizontalPodAutoscaler").keys() == deployments.keys()
    assert not of_kind(manifests, "PersistentVolumeClaim")
    for deployment in deployments.values():
        [database] = [
            each
            for each in deployment["spec"]["template"]["spec"]["containers"][0]["env"]
            if each["name"] == "DATABASE_URL"
        ]
        assert database["valueFrom"]["secretKeyRef"] == {
            "name": "shop",
            "key": "DATABASE_URL",
            "optional": False,
        }
        assert "replicas" not in deployment["spec"]


@every_pattern
def test_what_may_stay_empty_need_not_be_in_the_secret(pattern: str, tmp_path: Path) -> None:
    manifests = judged(scaled(pattern, tmp_path, tracing="opentelemetry"), tmp_path, "production")

    for container in containers(manifests):
        [endpoint] = [each for each in container["env"] if each["name"] == "OTEL_EXPORTER_OTLP_ENDPOINT"]
        assert endpoint["valueFrom"]["secretKeyRef"]["optional"] is True


@every_pattern
def test_a_service_that_is_added_joins(pattern: str, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    write(Recipe("e-commerce", pattern), root)

    assert run(["add-service", "shipments", "--field", "order_id: str", "-C", str(root)]) == 0

    made = kustomized(root, "production")
    assert "path: /shipments" in made
    assert ("shop.entrypoints.shipments:create_app" in made) == (pattern != "monolith")


@every_pattern
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_migrations_run_before_a_process_without_a_probe_that_ends_them(
    pattern: str, overlay: str, tmp_path: Path
) -> None:
    manifests = built(tree_of(Recipe("e-commerce", pattern)), tmp_path, overlay)

    for name, deployment in of_kind(manifests, "Deployment").items():
        pod = deployment["spec"]["template"]["spec"]
        [migrating], [process] = pod["initContainers"], pod["containers"]
        assert migrating["command"] == ["python", "-m", "shop.entrypoints.migrate", name]
        assert not {"startupProbe", "livenessProbe", "readinessProbe"} & migrating.keys()
        assert migrating["securityContext"] == process["securityContext"]
        assert migrating["envFrom"] == process["envFrom"]
        starting = process["startupProbe"]
        assert starting["periodSeconds"] * starting["failureThreshold"] >= 2 * DATABASE_SECONDS


@every_pattern
def test_in_production_each_process_has_a_volume_for_its_file(pattern: str, tmp_path: Path) -> None:
    manifests = built(tree_of(Recipe("e-commerce", pattern)), tmp_path, "production")
    deployments = of_kind(manifests, "Deployment")

    claims = {name: claimed(deployment) for name, deployment in deployments.items()}

    assert claims == {name: f"{name}-data" for name in deployments}
    assert of_kind(manifests, "PersistentVolumeClaim").keys() == {*claims.values()}


def claimed(deployment: Manifest) -> str:
    volumes = deployment["spec"]["template"]["spec"]["volumes"]
    [claim] = [
        str(each["persistentVolumeClaim"]["claimName"]) for each in volumes if "persistentVolumeClaim" in each
    ]
    return claim


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("broker", ["embedded", "nats"])
def test_in_production_the_secret_names_the_broker_and_the_provider_of_payments(
    database: str, broker: str, tmp_path: Path
) -> None:
    recipe = Recipe("e-commerce", "event-driven", broker=broker, database=database)
    manifests = built(tree_of(recipe), tmp_path, "production")

    for name, deployment in of_kind(manifests, "Deployment").items():
        demanded = demanded_by(deployment)
        assert "BROKER_URL" in demanded
        assert ("PAYMENT_PROVIDER_URL" in demanded) == (name == "payments")
        assert ("DATABASE_URL" in demanded) == (database == "postgresql")


def demanded_by(deployment: Manifest) -> set[str]:
    """The variables without which its container does not start."""
    [process] = deployment["spec"]["template"]["spec"]["containers"]
    return {
        each["name"]
        for each in process["env"]
        if not each["valueFrom"]["secretKeyRef"].get("optional", False)
    }


CALLERS = {
    "monolith": {"shop": set[str]()},
    "event-driven": {name: set[str]() for name in ("users", "products", "orders", "payments")},
    "microservices": {
        "users": set[str](),
        "orders": set[str](),
        "products": {"orders"},
        "payments": {"orders"},
    },
}


@every_pattern
def test_a_process_is_reached_by_the_ingress_and_by_the_processes_that_call_it(
    pattern: str, tmp_path: Path
) -> None:
    manifests = built(tree_of(Recipe("e-commerce", pattern)), tmp_path, "production")

    let_in = {}
    for name, policy in of_kind(manifests, "NetworkPolicy").items():
        [rule] = policy["spec"]["ingress"]
        peers = [each["podSelector"]["matchLabels"] for each in rule["from"] if "podSelector" in each]
        let_in[name] = {labels["app.kubernetes.io/name"] for labels in peers}
        assert policy["spec"]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": name}

    assert let_in == CALLERS[pattern]


def test_a_registry_is_reached_by_the_processes_alone(tmp_path: Path) -> None:
    manifests = built(
        tree_of(Recipe("e-commerce", "microservices", discovery="eureka")), tmp_path, "production"
    )
    policy = of_kind(manifests, "NetworkPolicy")["registry"]
    registry = of_kind(manifests, "Deployment")["registry"]

    assert policy["spec"]["podSelector"]["matchLabels"].items() <= (
        registry["spec"]["template"]["metadata"]["labels"].items()
    )
    [rule] = policy["spec"]["ingress"]
    peers = [each["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for each in rule["from"]]
    assert peers == ["users", "products", "orders", "payments"]


def test_the_ingress_of_production_has_a_class_and_a_host(tmp_path: Path) -> None:
    manifests = built(tree_of(Recipe("e-commerce", "monolith")), tmp_path, "production")
    [ingress] = of_kind(manifests, "Ingress").values()

    assert ingress["spec"]["ingressClassName"]
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == ingress["spec"]["tls"][0]["hosts"]


@pytest.mark.exhaustive
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_checkov_finds_nothing_but_what_is_argued(overlay: str, tmp_path: Path) -> None:
    """It is too large for the dependencies of the tests: install it elsewhere, and put it on the PATH."""
    if not (checkov := shutil.which("checkov")):
        pytest.skip("pip install checkov in an environment of its own")
    judged = tmp_path / "judged"
    judged.mkdir()
    for number, (_, tree) in enumerate(different("deploy/k8s/")):
        manifests = built(tree, tmp_path / str(number), overlay)
        for one in manifests:  # a policy of another project must not count
            one["metadata"]["namespace"] = f"project-{number}"
        (judged / f"{number}.yaml").write_text(yaml.safe_dump_all(manifests))

    command = [checkov, "--framework", "kubernetes", "--directory", str(judged), "--compact", "--quiet"]
    done = subprocess.run([*command, "--skip-check", ARGUED[overlay]], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
