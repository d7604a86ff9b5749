"""What happens in a system, and what follows."""

from __future__ import annotations

import pytest

from blueprint.documents.messages import Message, messages, transitions
from tests.unit.documents.specs import notebook, shop


def happening(event: str) -> Message:
    return next(one for one in messages(shop()) if one.event == event)


def test_where_nothing_follows_nothing_is_told() -> None:
    assert messages(notebook()) == ()


def test_a_workflow_goes_forward_and_back() -> None:
    spec = shop()

    steps = [(str(occurrence), str(action)) for occurrence, action in transitions(spec, spec.workflows[0])]

    assert steps == [
        ("orders.created", "products.reserve"),
        ("products.reserve", "payments.charge"),
        ("payments.charge", "orders.confirm"),
        ("products.reserve.refused", "orders.cancel"),
        ("payments.charge.refused", "products.release"),
        ("orders.confirm.refused", "payments.refund"),
        ("products.release", "orders.cancel"),
        ("payments.refund", "products.release"),
    ]


def test_everything_is_told_under_its_published_name_or_its_own() -> None:
    assert [one.event for one in messages(shop())] == [
        "stock.reserved",
        "products.reserve.refused",
        "products.release",
        "order.placed",
        "order.confirmed",
        "orders.confirm.refused",
        "orders.cancel",
        "payments.charge",
        "payments.charge.refused",
        "payments.refund",
        "order_mails.send",
        "order_mails.greet",
    ]


def test_a_reaction_follows_beside_the_workflow() -> None:
    placed = happening("order.placed")

    assert [(str(each.action), each.workflow) for each in placed.followers] == [
        ("products.reserve", "checkout"),
        ("order-mails.greet", None),
    ]
    assert [str(each.action) for each in placed.reactions] == ["order-mails.greet"]


@pytest.mark.parametrize(
    ("event", "names"),
    [
        ("order.placed", ["order_id", "items", "buyer", "method", "status", "total", "reason"]),
        ("stock.reserved", ["order_id", "items", "buyer", "method", "total"]),
        ("products.reserve.refused", ["order_id", "items", "buyer", "method", "reason"]),
        ("payments.charge.refused", ["order_id", "items", "buyer", "method", "total", "reason"]),
        ("orders.cancel", ["order_id", "items", "buyer", "method", "reason"]),
    ],
)
def test_data_is_what_is_known_then(event: str, names: list[str]) -> None:
    assert [field.name for field in happening(event).data] == names


def test_only_what_the_spec_names_is_published() -> None:
    published = [one.event for one in messages(shop()) if one.published]

    assert published == ["stock.reserved", "order.placed", "order.confirmed"]
