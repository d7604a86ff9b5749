"""A released spec, and what becomes of it."""

from __future__ import annotations

from blueprint.compatibility import incompatibilities
from blueprint.errors import Problem
from blueprint.spec.load import load_spec
from blueprint.spec.model import Spec

PATH = "blueprint.yaml"

SHOP = """\
version: 1
name: shop
pattern: event-driven
stack: fastapi
types:
  line: {product: ref(products), quantity: int >= 1, note: str?}
services:
  products:
    resource: {name: str}
  orders:
    resource: {buyer: str, total: money, weight: int?, placed: time, lines: "list[line]", urgent: bool}
    publishes: {created: order.placed}
  mails:
    reacts_to: {order.placed: greet}
"""


def spec(text: str = SHOP) -> Spec:
    return load_spec(text, PATH)


def edited(*replacements: tuple[str, str], text: str = SHOP) -> str:
    """The text with each piece replaced once; a piece that is not there would make the test say nothing."""
    for old, new in replacements:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text


def problems(*replacements: tuple[str, str], before: str = SHOP) -> tuple[Problem, ...]:
    """What is said when this is done to the released spec."""
    return incompatibilities(spec(before), spec(edited(*replacements, text=before)))


def reason(*replacements: tuple[str, str], before: str = SHOP) -> str:
    """Why the one event that changes is no longer compatible."""
    [problem] = problems(*replacements, before=before)
    return problem.message.partition("is no longer compatible: ")[2]
