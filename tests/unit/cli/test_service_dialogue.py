"""The questions of `add-service`, as somebody at a terminal sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.spec.load import load_spec
from blueprint.spec.model import Spec
from tests.unit.cli.screen import Screen

NAME = "What is it called? "
KEEPS = "What does it keep? For example name: str, price: money >= 0 (Enter: nothing) "
DOES = "What can it be asked to do? For example ship, cancel (Enter: nothing) "
EVENTS = "stock.reserved, order.placed, order.confirmed, order.cancelled, payment.captured"
FOLLOWS = f"Which events does it follow? Of {EVENTS} (Enter: none) "
STEP = "Is ship a step of a workflow? Of checkout (Enter: no) "
AFTER = "After which service? Of orders, products, payments (Enter: the last) "
UNDO = "Which action takes it back, if a later step refuses? (Enter: none) "

Open = Callable[..., Screen]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    choices = ["-p", "monolith", "-s", "fastapi", "--preset", "e-commerce", "--no-git", "-o", str(root)]
    assert run(["new", "shop", *choices]) == 0
    return root


@pytest.fixture
def add(shop: Path) -> Iterator[Open]:
    """Types `blueprint add-service` with these words, in the folder of the shop."""
    screens: list[Screen] = []

    def start(*words: str) -> Screen:
        screens.append(Screen(shop, ("add-service", *words), 200))
        return screens[-1]

    yield start
    for screen in screens:
        screen.close()


def spec_of(shop: Path) -> Spec:
    return load_spec((shop / "blueprint.yaml").read_text(), "blueprint.yaml")


def test_a_few_answers_make_a_step_of_a_workflow(add: Open, shop: Path) -> None:
    screen = add()
    screen.answer(NAME, "shipments\n")
    screen.answer(KEEPS, "order_id: str unique, status: str\n")
    screen.answer(DOES, "ship\n")
    screen.answer(FOLLOWS, "\n")
    screen.answer(STEP, "checkout\n")
    screen.answer(UNDO, "cancel_shipment\n")
    screen.answer(AFTER, "products\n")

    assert screen.end() == 0
    spec = spec_of(shop)
    assert [str(step) for step in spec.workflows[0].steps][1] == "shipments.ship"
    assert spec.service("shipments").action("ship").undo == "cancel_shipment"
    assert (shop / "src/shop/shipments/actions.py").exists()


def test_what_does_not_fit_is_asked_again(add: Open, shop: Path) -> None:
    screen = add()
    screen.answer(NAME, "orders\n")
    screen.answer(NAME, "letters\n")
    screen.answer(KEEPS, "text: string\n")
    screen.answer(KEEPS, "\n")
    screen.answer(DOES, "\n")
    screen.answer(FOLLOWS, "order.confrmed\n")
    screen.answer(FOLLOWS, "\n")
    screen.answer(KEEPS, "\n")
    screen.answer(DOES, "\n")
    screen.answer(FOLLOWS, "order.confirmed\n")

    assert screen.end() == 0
    assert 'there is a service "orders" already' in screen.shown
    assert 'there is no type "string"' in screen.shown
    assert "a service has to keep, do or follow something" in screen.shown
    assert 'did you mean "order.confirmed"?' in screen.shown
    assert [each.event for each in spec_of(shop).service("letters").reactions] == ["order.confirmed"]


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_a_question_can_be_left(key: str, add: Open, shop: Path) -> None:
    before = (shop / "blueprint.yaml").read_bytes()

    assert add("letters").leave(KEEPS, key) == 130

    assert (shop / "blueprint.yaml").read_bytes() == before
    assert not (shop / "src/shop/letters").exists()


def test_with_flags_nothing_is_asked(add: Open) -> None:
    screen = add("letters", "--field", "text: str")

    assert screen.end() == 0
    assert "?" not in screen.shown
