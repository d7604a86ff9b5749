"""Jobs of a service, as a spec says them."""

from __future__ import annotations

import pytest

from blueprint.errors import SpecError
from blueprint.spec.load import load_spec
from blueprint.spec.model import Job, Schedule
from blueprint.spec.names import Name

HEAD = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\nservices:\n"


def problems(services: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_spec(HEAD + services, "blueprint.yaml")
    return [f"{each.line}:{each.column} {each.message}" for each in caught.value.problems]


def test_a_job_is_an_action_and_when_it_is_due() -> None:
    text = """  orders:
    actions: {expire: {}, report: {out: {number: int}}}
    jobs: {expire: every 10m, report: at "0 3 * * *" UTC}
"""
    [service] = load_spec(HEAD + text, "blueprint.yaml").services

    assert service.jobs == (
        Job(Name("expire"), Schedule(every=600)),
        Job(Name("report"), Schedule(cron="0 3 * * *")),
    )


def test_an_unknown_action_is_no_job() -> None:
    assert problems("  orders: {actions: {expire: {}}, jobs: {expires: every 1h}}\n") == [
        '6:42 the service "orders" has no action "expires"'
    ]


@pytest.mark.parametrize(
    "services",
    [
        "  orders: {actions: {expire: {in: {days: int}}}, jobs: {expire: every 1h}}\n",
        "  orders: {resource: {days: int}, publishes: {created: order.placed}}\n"
        "  stock: {reacts_to: {order.placed: expire}, jobs: {expire: every 1h}}\n",
    ],
)
def test_an_action_that_is_given_something_is_no_job(services: str) -> None:
    [problem] = problems(services)

    assert '"expire" cannot be a job: it takes ' in problem


def test_a_schedule_that_never_comes_is_told_where_it_stands() -> None:
    assert problems('  orders: {actions: {expire: {}}, jobs: {expire: at "0 0 31 2 *" UTC}}\n') == [
        '6:50 "0 0 31 2 *" never occurs: no such month has a day 31'
    ]


def test_the_event_of_a_job_holds_what_it_gives() -> None:
    """Elsewhere the action may know more: the event has what is always there."""
    text = """  orders:
    resource: {total: money}
    actions: {report: {out: {number: int}}, fail: {in: {reason: str}}}
    publishes: {report: orders.reported}
    jobs: {report: every 1h}
workflows:
  checkout: {starts: orders.created, steps: [stock.reserve], success: orders.report, failure: orders.fail}
"""
    stock = "  stock: {actions: {reserve: {}}}\n"
    with pytest.raises(SpecError) as caught:  # the last action of a workflow is given the id of the row
        load_spec(HEAD + stock + text, "blueprint.yaml")
    assert '"report" cannot be a job: it takes order_id' in caught.value.problems[0].message

    steps = text.replace("success: orders.report", "success: orders.done").replace(
        "fail: {in: {reason: str}}", "fail: {in: {reason: str}}, done: {}"
    )
    steps = steps.replace("[stock.reserve]", "[stock.reserve, orders.report]")
    spec = load_spec(HEAD + stock + steps, "blueprint.yaml")

    assert [field.name for field in spec.event_data("orders.reported")] == ["number"]
