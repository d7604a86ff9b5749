"""Specs that the documents are made of."""

from __future__ import annotations

from blueprint.spec.load import load_spec
from blueprint.spec.model import Spec

NOTEBOOK = """\
version: 1
name: note-book
pattern: monolith
stack: fastapi
services:
  notes:
    resource: {title: str, text: str?}
"""

SHOP = """\
version: 1
name: shop
pattern: event-driven
stack: fastapi
types:
  line: {product_id: str, quantity: int >= 1}
services:
  products:
    resource: {name: str unique, price: money >= 0, discount: int? < 50, added: time, tags: "list[str]"}
    publishes: {reserve: stock.reserved}
    actions:
      reserve: {in: {items: "list[line]"}, out: {total: money}, refuses: [out_of_stock], undo: release}
  orders:
    resource: {items: "list[line]", buyer: ref(users), method: str, status: str, total: money?, reason: str?}
    publishes: {created: order.placed, confirm: order.confirmed}
    actions: {confirm: {in: {total: money}}, cancel: {in: {reason: str}}}
  payments:
    actions:
      charge: {in: {order_id: str, total: money}, refuses: [payment_declined], undo: refund, external: true}
  users:
    resource: {status: str}
    actions: {close: {in: {user_id: str}}}
  order-mails:
    reacts_to: {order.confirmed: send, order.placed: greet}
workflows:
  checkout:
    starts: orders.created
    steps: [products.reserve, payments.charge]
    success: orders.confirm
    failure: orders.cancel
"""


def notebook() -> Spec:
    """One service, nothing that happens."""
    return load_spec(NOTEBOOK, "blueprint.yaml")


def shop() -> Spec:
    """A workflow of three services, and reactions to its events."""
    return load_spec(SHOP, "blueprint.yaml")
