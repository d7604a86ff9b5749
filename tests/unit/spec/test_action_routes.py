"""An action that nothing calls has a route; any other one has none."""

from __future__ import annotations

import pytest

from blueprint.spec.action_routes import action_routes
from blueprint.spec.load import load_spec

CLINIC = """
version: 1
name: clinic
pattern: monolith
stack: fastapi
services:
  patients:
    resource: {name: str, ward: str, status: str}
    actions:
      admit: {in: {patient_id: str, ward: str}}
      count_all: {}
      remove: {}
"""


def routes(text: str) -> dict[str, list[str]]:
    return {
        service.name.snake: [str(each.route) for each in action_routes(service)]
        for service in load_spec(text, "blueprint.yaml").services
    }


def test_the_path_has_the_id_of_the_row_where_the_action_takes_it() -> None:
    expected = ["POST /patients/{id}/admit", "POST /patients/count-all", "POST /patients/remove"]

    assert routes(CLINIC) == {"patients": expected}


def test_the_body_has_all_other_inputs() -> None:
    [service] = load_spec(CLINIC, "blueprint.yaml").services
    admit, count_all, _ = action_routes(service)

    assert [field.name for field in admit.body] == ["ward"]
    assert count_all.body == ()


def test_a_function_has_the_name_of_the_action_unless_another_one_has_it() -> None:
    [service] = load_spec(CLINIC, "blueprint.yaml").services

    functions = [each.function for each in action_routes(service)]

    assert functions == ["admit", "count_all", "post_patients_remove"]


@pytest.mark.parametrize(
    "caller",
    [
        "    publishes: {created: patient.came}\n    reacts_to: {patient.came: admit}\n",
        "    routes: {'POST /patients/{id}/admit': {}}\n",
        "    routes: {'POST /patients/{key}/{verb}': {}}\n",
    ],
    ids=["reaction", "route", "wider route"],
)
def test_an_action_with_a_caller_has_no_route(caller: str) -> None:
    assert "POST /patients/{id}/admit" not in routes(CLINIC + caller)["patients"]


def test_a_path_that_leads_to_another_service_is_left_to_it() -> None:
    text = CLINIC.replace("resource: {name: str, ward: str, status: str}", "singular: patient")
    text += "  desk: {routes: {'POST /patients/count-all': {}}}\n"

    assert "POST /patients/count-all" not in routes(text)["patients"]


def test_a_job_calls_its_action() -> None:
    assert "POST /patients/count-all" not in routes(CLINIC + "    jobs: {count_all: every 10m}\n")["patients"]


def test_steps_their_undos_and_ends_are_called_by_the_workflow() -> None:
    text = """
version: 1
name: shop
pattern: monolith
stack: fastapi
services:
  orders:
    resource: {status: str}
    actions: {confirm: {}, cancel: {}, archive: {}}
  stock:
    actions: {reserve: {refuses: [none_left], undo: release}, fill: {undo: empty}}
workflows:
  checkout: {starts: orders.created, steps: [stock.reserve], success: orders.confirm, failure: orders.cancel}
"""
    expected = {"orders": ["POST /orders/archive"], "stock": ["POST /stock/fill", "POST /stock/empty"]}

    assert routes(text) == expected
