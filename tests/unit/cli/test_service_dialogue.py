"""The questions of `add-service`, as a user sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.spec.load import load_spec
from blueprint.spec.model import Spec
from tests.unit.cli.screen import CONTROL_C, CONTROL_D, CONTROL_U, DOWN, ENTER, ESCAPE, SPACE, UP, Screen

NAME = "What is its name?"
KEEPS = "Which fields does it store?"
DOES = "Which actions does it have?"
FOLLOWS = "Which events does it consume?"
WORKFLOW = "Which workflow does it take part in?"
STEP = "Which action is the step?"
UNDO = "Which action undoes ship, if a later step refuses?"
NEW_ACTION = "What is the name of the new action?"
BEFORE = "Which service comes before it?"
JOBS = "Which actions run on a schedule?"
SETTINGS = "Which settings does it read?"
PUBLISHES = "Which events does it publish?"
WRITE = "Write this, its code and its tests?"

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
        screens.append(Screen(shop, ("add-service", *words), 120))
        return screens[-1]

    yield start
    for screen in screens:
        screen.close()


def spec_of(shop: Path) -> Spec:
    return load_spec((shop / "blueprint.yaml").read_text(), "blueprint.yaml")


def test_a_few_answers_make_a_step_of_a_workflow(add: Open, shop: Path) -> None:
    screen = add()
    screen.press(NAME, "shipments", ENTER)
    screen.press(KEEPS, "order_id: str unique, status: str", ENTER)
    screen.press(DOES, "ship", ENTER)
    screen.press(FOLLOWS, ENTER)
    screen.press(WORKFLOW, "check", ENTER)
    screen.press(UNDO, UP, ENTER)
    screen.press(NEW_ACTION, ENTER)
    screen.press(BEFORE, UP, ENTER)
    screen.press(SETTINGS, ENTER)
    screen.press(PUBLISHES, ENTER)
    screen.press(WRITE, ENTER)

    assert screen.end() == 0
    spec = spec_of(shop)
    assert [str(step) for step in spec.workflows[0].steps][1] == "shipments.ship"
    assert spec.service("shipments").action("ship").undo == "cancel_ship"
    assert (shop / "src/shop/shipments/actions.py").exists()


def test_actions_events_jobs_and_settings_are_chosen(add: Open, shop: Path) -> None:
    screen = add("shipments")
    screen.press(KEEPS, 'order_id: str unique, tags: "list[str]", price: money >= 0', ENTER)
    screen.press(DOES, "clean, ship, cancel_shipment", ENTER)
    screen.press(FOLLOWS, SPACE, DOWN, DOWN, SPACE, ENTER)
    screen.press(WORKFLOW, DOWN, ENTER)
    screen.press(STEP, DOWN, ENTER)
    screen.press(UNDO, DOWN, DOWN, ENTER)
    screen.press(BEFORE, ENTER)
    screen.press(JOBS, SPACE, ENTER)
    screen.press("When does clean run?", CONTROL_U, "at noon", ENTER)
    screen.press("When does clean run?", CONTROL_U, 'at "0 3 * * *" UTC', ENTER)
    screen.press(SETTINGS, "carrier_key: secret, carrier_url: url = https://a.example/b", ENTER)
    screen.press(PUBLISHES, SPACE, "ship", DOWN, ENTER)
    screen.press(WRITE, ENTER)

    assert screen.end() == 0
    service = spec_of(shop).service("shipments")
    assert service.action("ship").undo == "cancel_shipment"
    assert {each.event for each in service.reactions} == {"stock.reserved", "order.confirmed"}
    assert [str(job.action) for job in service.jobs] == ["clean"]
    assert {str(setting.name) for setting in service.settings} == {"carrier_key", "carrier_url"}
    assert "shipment.created" in [each.event for each in service.publishes]
    assert "  +    jobs: {clean: 'at \"0 3 * * *\" UTC'}" in screen.lines


def test_what_does_not_fit_is_asked_again(add: Open, shop: Path) -> None:
    screen = add()
    screen.press(NAME, "orders", ENTER)
    screen.press(NAME, CONTROL_U, "letters", ENTER)
    screen.press(KEEPS, "text: string", ENTER)
    screen.press(KEEPS, CONTROL_U, ENTER)
    screen.press(DOES, ENTER)
    screen.press(FOLLOWS, ENTER)
    screen.press(FOLLOWS, "order.conf", DOWN, UP, " ", ENTER)
    screen.press(SETTINGS, ENTER)
    screen.press(WRITE, ENTER)

    assert screen.end() == 0
    assert 'the service "orders" already exists' in screen.shown
    assert 'there is no type "string"' in screen.shown
    assert "a service needs fields, actions or events" in screen.shown
    assert [each.event for each in spec_of(shop).service("letters").reactions] == ["order.confirmed"]


def test_escape_goes_back(add: Open, shop: Path) -> None:
    screen = add("letters")
    screen.press(KEEPS, "text: str", ENTER)
    screen.press(DOES, ESCAPE)
    screen.press(
        f"{KEEPS} For example name: str, price: money >= 0 (Enter: none) text: str", ", to: str", ENTER
    )
    screen.press(DOES, ENTER)
    screen.press(FOLLOWS, ENTER)
    screen.press(SETTINGS, ENTER)
    screen.press(PUBLISHES, ENTER)
    screen.press(WRITE, ENTER)

    assert screen.end() == 0
    assert [str(field.name) for field in spec_of(shop).service("letters").resource or ()] == ["text", "to"]


@pytest.mark.parametrize("key", [CONTROL_C, CONTROL_D])
def test_a_question_can_be_left(key: str, add: Open, shop: Path) -> None:
    before = (shop / "blueprint.yaml").read_bytes()
    screen = add("letters")
    screen.press(KEEPS, key)

    assert screen.end() == 130
    assert (shop / "blueprint.yaml").read_bytes() == before
    assert not (shop / "src/shop/letters").exists()


def test_no_to_the_summary_writes_nothing(add: Open, shop: Path) -> None:
    before = (shop / "blueprint.yaml").read_bytes()
    screen = add("letters")
    screen.press(KEEPS, "text: str", ENTER)
    for question in (DOES, FOLLOWS, SETTINGS, PUBLISHES):
        screen.press(question, ENTER)
    screen.press(WRITE, "n")

    assert screen.end() == 0
    assert "nothing was written" in screen.lines
    assert (shop / "blueprint.yaml").read_bytes() == before


def test_the_service_to_remove_is_chosen(add: Open, shop: Path) -> None:
    assert run(["add-service", "letters", "--field", "text: str", "-C", str(shop)]) == 0
    screen = add("--remove")
    screen.press("Which service should be removed?", "lett", ENTER)

    assert screen.end() == 0
    assert "letters" not in [service.name for service in spec_of(shop).services]


@pytest.mark.parametrize(
    "words", [("letters", "--field", "text: str"), ("letters", "--field", "a:str", "-y")]
)
def test_with_flags_nothing_is_asked(words: tuple[str, ...], add: Open) -> None:
    screen = add(*words)

    assert screen.end() == 0
    assert "?" not in screen.shown


@pytest.mark.parametrize("words", [("-y",), ("-y", "--remove")])
def test_a_missing_name_is_not_asked_for_where_questions_are_not_wanted(
    words: tuple[str, ...], add: Open
) -> None:
    screen = add(*words)

    assert screen.end() == 2
    assert NAME not in screen.shown
