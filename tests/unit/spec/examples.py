"""Specs that the tests start from, and what is asked of them."""

from __future__ import annotations

from blueprint.errors import Problem, SpecError
from blueprint.spec.load import load_spec

PATH = "blueprint.yaml"

BLANK = """\
version: 1
name: shop
pattern: monolith
stack: fastapi
services:
  orders:
    resource: {note: str}
"""

SHOP = """\
version: 1
name: shop
pattern: event-driven
stack: fastapi
preset: e-commerce
database: sqlite
types:
  line: {product_id: str, quantity: int >= 1}
services:
  products:
    resource: {name: str, price: money >= 0, stock: int >= 0}
    publishes: {reserve: stock.reserved}
    actions:
      reserve: {in: {items: "list[line]"}, out: {total: money}, refuses: [out_of_stock], undo: release}
  orders:
    resource: {user_id: str, items: "list[line]", method: str, status: str, total: money?, reason: str?}
    publishes: {created: order.placed, confirm: order.confirmed, cancel: order.cancelled}
    actions: {confirm: {in: {total: money}}, cancel: {in: {reason: str}}}
  payments:
    resource: {order_id: str unique, amount: money, status: str}
    publishes: {charge: payment.captured, refund: payment.refunded}
    actions:
      charge:
        in: {order_id: str, user_id: str, total: money, method: str}
        refuses: [payment_declined]
        undo: refund
        external: true
  notifications:
    reacts_to: {order.confirmed: notify}
workflows:
  checkout:
    starts: orders.created
    steps: [products.reserve, payments.charge]
    success: orders.confirm
    failure: orders.cancel
"""


def blank_with(services: str) -> str:
    """The smallest spec, with other services."""
    return BLANK[: BLANK.index("  orders")] + services


def changed(text: str, *replacements: tuple[str, str]) -> str:
    """The text with each piece replaced once; a piece that is not there would make the test say nothing."""
    for old, new in replacements:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    """All that is wrong with the text; none if it is a spec."""
    try:
        load_spec(text, PATH)
    except SpecError as error:
        return error.problems
    return ()


def codes_of(text: str | bytes) -> list[str]:
    """The codes of all problems, from the top of the file to its end."""
    return [problem.code for problem in problems_of(text)]


def only_problem_of(text: str | bytes) -> Problem:
    """The problem of a text that has exactly one."""
    problems = problems_of(text)
    assert len(problems) == 1, problems
    return problems[0]
