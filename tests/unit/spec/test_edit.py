"""An edit of blueprint.yaml changes what it has to, and no other line."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.errors import SpecError
from blueprint.spec.edit import check_edit, with_service, with_step, without_service
from blueprint.spec.fields import field_of
from blueprint.spec.load import load_spec
from blueprint.spec.model import (
    Action,
    ActionRef,
    Bound,
    Field,
    Job,
    Publication,
    Reaction,
    Schedule,
    Service,
    Setting,
)
from blueprint.spec.names import Name

from .examples import BLANK, PATH, SHOP, blank_with


def field(name: str, text: str) -> Field:
    found = field_of(Name(name), text)
    assert isinstance(found, Field)
    return found


SHIP = ActionRef(Name("shipments"), Name("ship"))
ORDER_ID = field("order_id", "str")
SHIPMENTS = Service(
    Name("shipments"),
    (field("order_id", "str unique"), field("status", "str"), field("weight", "int? >= 0")),
    (Action(SHIP.action, (ORDER_ID,), refuses=(Name("no_address"),), undo=Name("cancel_shipment")),),
    (Publication(SHIP.action, Name("shipment.sent")),),
    (Reaction(Name("order.confirmed"), Name("note")),),
)
NOTES = Service(
    Name("notes"),
    (field("text", "str"), field("tags", "list[str]")),
    (Action(Name("sort")), Action(Name("print_all"))),
    settings=(
        Setting(Name("copies"), "int", bound=Bound(">=", 1), default="2"),
        Setting(Name("greeting"), "str", default="hello, all: of you"),
        Setting(Name("key"), "secret"),
    ),
    jobs=(
        Job(Name("sort"), Schedule(every=600)),
        Job(Name("print_all"), Schedule(cron="0 3 1,15 * mon-fri")),
    ),
)


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went, and those that came."""
    lines = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    return [line[2:] for line in lines if line[0] == "-"], [line[2:] for line in lines if line[0] == "+"]


def test_a_service_is_written_as_somebody_would():
    text = with_service(SHOP, SHIPMENTS)
    _, added = changed_lines(SHOP, text)
    assert "".join(added) == (
        "  shipments:\n"
        "    resource: {order_id: str unique, status: str, weight: int? >= 0}\n"
        "    actions:\n"
        "      ship:\n"
        "        in: {order_id: str}\n"
        "        refuses: [no_address]\n"
        "        undo: cancel_shipment\n"
        "    publishes: {ship: shipment.sent}\n"
        "    reacts_to: {order.confirmed: note}\n"
    )


def test_what_was_written_is_what_was_meant():
    spec = load_spec(with_service(BLANK, NOTES), PATH)
    assert spec.service("notes") == NOTES


def test_a_long_service_is_written_over_several_lines():
    wide = Service(Name("wide"), tuple(field(f"a_rather_long_name_{n}", "str") for n in range(9)))
    text = with_service(BLANK, wide)
    assert max(map(len, text.splitlines())) <= 100
    assert load_spec(text, PATH).service("wide") == wide


@pytest.mark.parametrize("more", range(-2, 3))
def test_a_line_is_as_wide_as_it_may_be_and_no_wider(more):
    widest, start = 100, "    resource: {a: str, : str}"
    name = "b" * (widest - len(start) + more)
    added = with_service(BLANK, Service(Name("wide"), (field("a", "str"), field(name, "str")))).splitlines()

    lines = added[added.index("  wide:") + 1 :]

    assert (len(lines) == 1) == (more <= 0)
    assert (len(lines[0]) == widest + more) == (more <= 0)


STYLES = {
    "wide indentation": "    orders:\n        resource: {note: str}\n",
    "a comment inside": "  orders:\n    resource: {note: str}   # what was said\n    # more to come\n",
    "a comment behind": "  orders:\n    resource: {note: str}\n# the end\n",
    "odd blanks": "  orders:   \n    resource:   { note: str }   \n\n\n",
    "no last line end": "  orders:\n    resource: {note: str}",
    "a block of fields": "  orders:\n    resource:\n      note: 'str'\n      more: >-\n        str?\n\n",
    "blank lines between": "  chairs:\n    resource: {a: str}\n\n  orders:\n    resource: {note: str}\n",
    "an open end": "  chairs:\n    resource: {a: str}\n  orders:\n    actions: {sing, dance }\n",
    "braces": "  {orders: {resource: {note: str}}}\n",
    "lines in braces": "  {\n    orders: {resource: {note: str}}, # one\n    }\n",
}
FOLLOWING = ["", "types: {line: {a: str}}\n", "\n# What it runs on.\ndatabase: sqlite   # for now\n"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["", "bom"])
@pytest.mark.parametrize("following", FOLLOWING, ids=["", "types", "database"])
@pytest.mark.parametrize("style", STYLES)
def test_what_is_added_and_removed_again_leaves_no_trace(style, following, start, line_end):
    services = STYLES[style] if STYLES[style].endswith("\n") or not following else f"{STYLES[style]}\n"
    head = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\nservices:\n"
    text = start + f"{head}{services}{following}".replace("\n", line_end)

    more = with_service(text, NOTES)
    spec = load_spec(more, PATH)

    assert spec.service("notes") == NOTES
    assert [line for line in changed_lines(text, more)[0] if "}" not in line] in ([], [text.splitlines()[-1]])
    assert set(more.replace("\r\n", "")) & set("\r\n") <= ({"\n"} if line_end == "\n" else set())
    assert without_service(more, spec, "notes") == text


COMMENTS = st.sampled_from(["", "  # so far", "   "])
GAPS = st.sampled_from(["", "\n", "\n\n", "# a word\n", "  # about the next one\n"])


@st.composite
def spec_texts(draw: st.DrawFn) -> str:
    unit = " " * draw(st.integers(1, 5))
    services = ""
    for name in draw(
        st.lists(st.sampled_from(["users", "orders", "lamps", "chairs"]), min_size=1, unique=True)
    ):
        inside = draw(
            st.sampled_from(["{note: str}", "\n{u}{u}{u}note: str", "{note: 'str' ,\n{u}{u}{u}more: str?}"])
        )
        body = inside.replace("{u}", unit)
        services += (
            f"{draw(GAPS)}{unit}{name}:{draw(COMMENTS)}\n{unit}{unit}resource: {body}{draw(COMMENTS)}\n"
        )
    tail = draw(st.sampled_from(["", "\n", "broker: embedded\n", "# end"]))
    text = f"version: 1\nname: shop\npattern: monolith\nstack: fastapi\nservices:\n{services}{tail}"
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(spec_texts())
def test_every_line_of_the_users_stays_as_it_is(text):
    more = with_service(text, NOTES)

    assert changed_lines(text, more)[0] == []
    assert check_edit(text, more, PATH).service("notes") == NOTES
    assert without_service(more, load_spec(more, PATH), "notes") == text


@given(spec_texts(), st.data())
def test_removing_any_service_takes_its_lines_only(text, data):
    spec = load_spec(with_service(text, NOTES), PATH)
    name = data.draw(st.sampled_from([service.name for service in spec.services]))

    less = without_service(with_service(text, NOTES), spec, name)

    assert [service.name for service in load_spec(less, PATH).services] == [
        service.name for service in spec.services if service.name != name
    ]
    assert changed_lines(with_service(text, NOTES), less)[1] == []
    assert less.count("# a word") == text.count("# a word")


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize(
    "steps",
    [
        " [products.reserve, payments.charge]",
        "\n      - products.reserve   # first\n      - payments.charge",
        "\n    - products.reserve\n\n    -   payments.charge # last",
        " [\n      products.reserve,\n      payments.charge,\n    ]",
    ],
    ids=["flow", "block", "flush", "lines"],
)
def test_a_step_finds_its_place_and_leaves_it_again(steps, index):
    text = with_service(SHOP.replace(" [products.reserve, payments.charge]", steps), SHIPMENTS)

    more = with_step(text, "checkout", index, SHIP)
    spec = load_spec(more.replace("refuses: [no_address]", "refuses: []"), PATH)

    assert spec.workflows[0].steps[index] == SHIP
    assert len(spec.workflows[0].steps) == 3
    assert len(changed_lines(text, more)[1]) == 1
    back = without_service(more, spec, "shipments")
    assert back == without_service(text, load_spec(text, PATH), "shipments")


def test_all_steps_of_a_service_go_with_it():
    text = with_service(SHOP, SHIPMENTS).replace("refuses: [no_address]", "refuses: []")
    text = text.replace("undo: cancel_shipment", "undo: cancel_shipment\n      wrap: {}")
    text = with_step(
        with_step(text, "checkout", 0, SHIP), "checkout", 1, ActionRef(SHIP.service, Name("wrap"))
    )
    spec = load_spec(text.replace("wrap: {}", "wrap: {undo: unwrap}"), PATH)

    less = load_spec(without_service(text, spec, "shipments"), PATH)

    assert [str(step) for step in less.workflows[0].steps] == ["products.reserve", "payments.charge"]


def test_what_others_need_is_named_before_it_goes():
    with pytest.raises(SpecError) as refused:
        without_service(SHOP, load_spec(SHOP, PATH), "orders")
    assert [(problem.code, problem.message, problem.line) for problem in refused.value.problems] == [
        ("still-needed", 'the workflow "checkout" starts with "orders"', 32),
        ("still-needed", '"notifications" reacts to "order.confirmed", which "orders" publishes', 29),
    ]


RELATIONS = """\
version: 1
name: shop
pattern: monolith
stack: fastapi
services:
  lamps:
    resource: {note: str}
    publishes: {created: lamp.made, light: lamp.lit}
    actions: {light: {}, dim: {}}
    reacts_to: {lamp.made: admire, lamp.lit: admire_light}
  chairs:
    resource: {note: str}
    publishes: {created: chair.made}
    actions: {paint: {undo: scrape}, done: {}, lost: {}}
    reacts_to: {chair.made: sit}
  walls:
    actions: {build: {undo: tear_down}}
"""
PAINTING = """\
workflows:
  painting:
    starts: chairs.created
    steps: [chairs.paint, walls.build]
    success: chairs.done
    failure: chairs.lost
"""


@pytest.mark.parametrize(
    ("name", "old", "new", "needed"),
    [
        ("lamps", "", "", []),
        ("walls", "", "", []),
        ("chairs", "", "", ['the workflow "painting" starts with "chairs"']),
        (
            "walls",
            "[chairs.paint, walls.build]",
            "[walls.build]",
            ['the workflow "painting" would have no step without "walls"'],
        ),
        (
            "lamps",
            "{chair.made: sit}",
            "{lamp.lit: sit}",
            ['"chairs" reacts to "lamp.lit", which "lamps" publishes'],
        ),
        (
            "lamps",
            "{chair.made: sit}",
            "{lamp.lit: sit, chair.made: stand, lamp.made: look}",
            [
                '"chairs" reacts to "lamp.lit", which "lamps" publishes',
                '"chairs" reacts to "lamp.made", which "lamps" publishes',
            ],
        ),
    ],
)
def test_a_service_can_go_unless_another_one_or_a_workflow_needs_it(name, old, new, needed):
    text = (RELATIONS + PAINTING).replace(old, new) if old else RELATIONS + PAINTING
    spec = load_spec(text, PATH)
    if needed:
        with pytest.raises(SpecError) as refused:
            without_service(text, spec, name)
        assert [problem.message for problem in refused.value.problems] == needed
    else:
        less = load_spec(without_service(text, spec, name), PATH)
        assert [each.name for each in less.services] == [
            each.name for each in spec.services if each.name != name
        ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("gap", ["", "\n", "\n\n"], ids=["close", "a blank line", "two"])
@pytest.mark.parametrize("indentation", ["", " ", "  "])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_comments_above_what_goes_stay(place, indentation, gap, line_end):
    names = ["lamps", "chairs", "walls"]
    entries = [
        f"{gap}{indentation}# about {name}\n{indentation}# and more\n  {name}:\n    resource: {{note: str}}\n"
        for name in names
    ]
    text = blank_with("".join(entries)).replace("\n", line_end)

    less = without_service(text, load_spec(text, PATH), names[place])

    gone, come = changed_lines(text, less)
    assert come == []
    assert [line for line in gone if line.strip()] == [
        f"  {names[place]}:{line_end}",
        f"    resource: {{note: str}}{line_end}",
    ]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_comments_above_a_step_that_goes_stay(place):
    steps = ["lamps.light", "walls.build", "chairs.paint"]
    steps.insert(place, steps.pop(1))
    written = "".join(f"      # why {step}\n      - {step}  # beside\n" for step in steps)
    text = RELATIONS.replace("light: {}, dim", "light: {undo: unlight}, dim") + PAINTING.replace(
        " [chairs.paint, walls.build]\n", f"\n{written}"
    )

    less = without_service(text, load_spec(text, PATH), "walls")

    gone, come = changed_lines(text, less)
    assert come == []
    assert "      - walls.build  # beside\n" in gone
    assert not any("# why" in line for line in gone)


def test_a_problem_names_the_line_that_can_be_seen():
    bad = Service(Name("bad"), (field("x", "str"),), reactions=(Reaction(Name("no.such"), Name("note")),))
    text = with_service(SHOP, bad).replace("starts: orders.created", "starts: odrers.created")
    with pytest.raises(SpecError) as refused:
        check_edit(SHOP.replace("starts: orders.created", "starts: odrers.created"), text, PATH)
    places = {problem.code: problem.line for problem in refused.value.problems}
    assert places == {"unknown-event": None, "unknown-service": 32}
