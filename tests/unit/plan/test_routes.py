from __future__ import annotations

from pathlib import Path

from blueprint.plan.routes import routes_of
from tests.unit.catalog.toys import SPEC, toy_packs, toy_plan


def test_a_service_answers_below_its_name(tmp_path: Path) -> None:
    plan = toy_plan(tmp_path, toy_packs())

    assert routes_of(plan.packs, plan.deployables[1]) == ("/order-items", "/order-items/*")


def test_a_pack_adds_paths_to_a_service_wherever_it_is_deployed(tmp_path: Path) -> None:
    packs = toy_packs()
    packs["log"]["pack.yaml"] += "routes: {products: [/shelf]}\n"
    packs["file"]["pack.yaml"] += "routes: {products: [/shelf]}\n"

    plan = toy_plan(tmp_path, packs)

    assert routes_of(plan.packs, plan.deployables[0]) == ("/products", "/products/*", "/shelf")
    assert "/shelf" not in routes_of(plan.packs, plan.deployables[1])


def test_a_service_without_a_resource_answers_nothing_by_itself(tmp_path: Path) -> None:
    spec = SPEC + "  mailer:\n    actions: {send: {}}\n    jobs: {send: every 10m}\n"

    plan = toy_plan(tmp_path, toy_packs(), spec)

    assert routes_of(plan.packs, plan.deployables[2]) == ()


def test_a_service_answers_the_actions_that_nothing_calls(tmp_path: Path) -> None:
    spec = SPEC + "  mailer:\n    actions: {send: {}}\n"

    plan = toy_plan(tmp_path, toy_packs(), spec)

    assert routes_of(plan.packs, plan.deployables[2]) == ("/mailer", "/mailer/*")
