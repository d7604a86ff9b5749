"""A spec is loaded as it is meant, or all that is wrong is said at once, each at its place."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from blueprint.spec.load import load_spec
from blueprint.spec.location import Location
from blueprint.spec.model import ActionRef, Field, FieldType, Publication, Reaction
from blueprint.spec.names import Name

from .examples import BLANK, PATH, SHOP, blank_with, changed, codes_of, only_problem_of, problems_of


def test_the_smallest_spec_needs_five_keys():
    spec = load_spec(BLANK, PATH)
    assert (spec.version, spec.name, spec.pattern, spec.stack) == (1, "shop", "monolith", "fastapi")
    assert spec.service("orders").resource == (Field(Name("note"), FieldType("str")),)
    assert (spec.preset, spec.database, spec.broker, spec.discovery) == (None, None, None, None)


def test_every_part_of_the_shop_is_read():
    spec = load_spec(SHOP, PATH)
    assert (spec.preset, spec.database) == ("e-commerce", "sqlite")
    assert [service.name for service in spec.services] == ["products", "orders", "payments", "notifications"]
    assert [str(field) for field in spec.type("line").fields] == ["str", "int >= 1"]
    assert spec.service("orders").publishes[0] == Publication(Name("created"), Name("order.placed"))
    assert spec.service("notifications").reactions == (Reaction(Name("order.confirmed"), Name("notify")),)
    assert spec.service("payments").action("charge").external
    workflow = spec.workflows[0]
    assert (workflow.name, workflow.starts, str(workflow.success)) == ("checkout", "orders", "orders.confirm")
    assert spec.action(ActionRef(Name("products"), Name("reserve"))).refuses == ("out_of_stock",)


@pytest.mark.parametrize("key", ["version", "name", "pattern", "stack", "services"])
def test_a_missing_key_is_named(key):
    lines = [line for line in BLANK.splitlines() if not line.startswith(f"{key}:")]
    if key == "services":
        lines = lines[:4]
    problem = only_problem_of("\n".join(lines))
    assert (problem.code, problem.message) == ("missing-key", f'the key "{key}" is missing')


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message", "hint"),
    [
        ("services:", "servces:", 9, 1, 'unknown key "servces"', 'did you mean "services"?'),
        ("stack:", "stck:", 4, 1, 'unknown key "stck"', 'did you mean "stack"?'),
        ("    reacts_to", "    reactsto", 29, 5, 'unknown key "reactsto"', 'did you mean "reacts_to"?'),
        ("external:", "extern:", 27, 9, 'unknown key "extern"', 'did you mean "external"?'),
        ("    failure:", "    faillure:", 35, 5, 'unknown key "faillure"', 'did you mean "failure"?'),
    ],
)
def test_an_unknown_key_comes_with_the_one_that_was_meant(old, new, line, column, message, hint):  # G42
    problem = problems_of(changed(SHOP, (old, new)))[0]
    found = next(found for found in problems_of(changed(SHOP, (old, new))) if found.code == "unknown-key")
    assert (found.line, found.column, found.message, found.hint) == (line, column, message, hint)
    assert problem.path == PATH


def test_a_key_that_is_like_no_other_comes_with_those_that_are_known():
    problem = only_problem_of(changed(BLANK, ("    resource", "    xyz: 1\n    resource")))
    assert (
        problem.hint
        == "known here: singular, resource, publishes, reacts_to, actions, settings, jobs, routes"
    )


def test_a_newer_version_is_told_and_nothing_else():  # G47
    text = changed(SHOP, ("version: 1", "version: 2"), ("stack:", "flavours:"))
    problem = only_problem_of(text)
    assert (problem.code, problem.line, problem.column) == ("newer-version", 1, 10)
    assert "made for a newer blueprint" in problem.message


@pytest.mark.parametrize("version", ["0", "1.0", "one", "-1", "[1]", "''", "9999999999", "\u0661"])
def test_a_version_is_a_whole_number(version):
    assert codes_of(changed(BLANK, ("version: 1", f"version: {version}"))) == ["bad-version"]


@pytest.mark.parametrize("key", ["pattern", "stack"])
def test_what_only_the_catalogue_knows_is_kept_with_its_place(key):
    spec = load_spec(changed(BLANK, ("monolith", "hexagon"), ("fastapi", "cobol")), PATH)
    assert spec.pattern == "hexagon"
    assert spec.marks.location(key) == Location(
        PATH, {"pattern": 3, "stack": 4}[key], {"pattern": 10, "stack": 8}[key]
    )


@pytest.mark.parametrize("key", ["preset", "database", "broker", "discovery", "tracing", "auth"])
@pytest.mark.parametrize("value", ["../x", "[a]", "$(id)", "{a: b}", ""])
def test_a_choice_is_a_plain_id(key, value):
    problem = only_problem_of(changed(BLANK, ("services:", f"{key}: {value}\nservices:")))
    assert problem.code in ("bad-name", "wrong-shape")
    assert problem.line == 5


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{note: str}", "str", 'a resource takes keys and values, not "str"'),
        ("{note: str}", "[note]", "a resource takes keys and values, not a list"),
        ("{note: str}", "{note: [str]}", 'the field "note" takes text, not a list'),
        ("{note: str}", "{note: }", 'the field "note" takes text, not nothing'),
        ("{note: str}", "{}", "a resource needs a field"),
        ("monolith", "{a: b}", '"pattern" takes text, not keys and values'),
    ],
)
def test_a_part_of_the_wrong_shape_is_told(old, new, message):
    assert only_problem_of(changed(BLANK, (old, new))).message == message


def test_a_single_word_in_place_of_a_list_comes_with_its_brackets():
    text = changed(SHOP, ("refuses: [out_of_stock]", "refuses: out_of_stock"))
    assert only_problem_of(text).hint == 'write it in brackets: "[out_of_stock]"'


@pytest.mark.parametrize("body", ["", " {}"])
def test_services_cannot_be_empty(body):
    assert codes_of(BLANK[: BLANK.index(":\n  orders")] + ":" + body) == ["no-services"]


@pytest.mark.parametrize("value", ["yes", "True", "1", "on"])
def test_external_is_true_or_false(value):  # YAML's other words for it are easily misread
    assert codes_of(changed(SHOP, ("external: true", f"external: {value}"))) == ["bad-value"]


def test_all_problems_are_told_in_the_order_of_the_file():  # G46
    text = changed(
        SHOP,
        ("preset: e-commerce", "presets: e-commerce"),
        ("quantity: int", "quantity: integer"),
        ("price: money", "price: mony"),
        ("confirm: order.confirmed", "confirn: order.confirmed"),
        ("amount: money", "Amount: money"),
        ("  notifications:", "  metrics:"),
        ("payments.charge]", "payments.chrge]"),
    )
    problems = problems_of(text)
    assert [(problem.line, problem.code) for problem in problems] == [
        (5, "unknown-key"),
        (8, "unknown-type"),
        (11, "unknown-type"),
        (17, "unknown-action"),
        (20, "bad-name"),
        (28, "reserved-name"),
        (33, "unknown-action"),
    ]


def test_problems_of_one_line_are_told_from_left_to_right():
    resource = '{name: st, price: mony, stock: it, other-name: str, "": str}'
    text = changed(SHOP, ("{name: str, price: money >= 0, stock: int >= 0}", resource))
    columns = [problem.column for problem in problems_of(text) if problem.line == 11]
    assert len(columns) == 5
    assert columns == sorted(columns)


def test_a_broken_part_does_not_hide_a_problem_in_a_sound_one():
    text = changed(SHOP, ("stack: fastapi", "stack: fast api"), ("{order_id: str, user", "{order: str, user"))
    assert codes_of(text) == ["bad-name", "unbound-input"]


def test_a_broken_part_does_not_make_what_follows_from_it_look_broken():
    text = changed(SHOP, ("out: {total: money}", "out: {Total: money}"), ("order.placed", "Order.placed"))
    assert codes_of(text) == ["bad-name", "bad-name"]


def test_where_a_part_stands_makes_no_difference_to_what_it_means():
    top, workflows = SHOP.split("workflows:\n")
    moved = changed(top, ("version: 1\n", f"version: 1\nworkflows:\n{workflows}# a comment\n"))
    assert load_spec(moved, PATH) == load_spec(SHOP, PATH)


def test_every_part_has_its_place():
    marks = load_spec(SHOP, PATH).marks
    assert marks.location("workflows", "checkout", "steps", 1) == Location(PATH, 33, 31)
    assert marks.location("services", "orders") == Location(PATH, 15, 3)
    assert marks.location("services", "orders", "resource", "user_id") == Location(PATH, 16, 25)
    assert marks.key_location("services", "orders", "resource", "user_id") == Location(PATH, 16, 16)


def test_what_is_not_in_the_file_has_the_place_of_what_is_around_it():
    marks = load_spec(SHOP, PATH).marks
    assert marks.location("services", "payments", "actions", "refund") == Location(PATH, 22, 5)


_NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta", "no", "item-2", "user", "order", "group"])
_FIELDS = st.dictionaries(
    st.sampled_from(["name", "on", "type", "amount", "select", "note"]),
    st.sampled_from(["str", "int >= 1", "money?", "bool", "time", "list[str]", "list[line]", "line?"]),
    min_size=1,
)
_ACTIONS = st.dictionaries(
    st.sampled_from(["confirm", "cancel", "yes"]),
    st.fixed_dictionaries(
        {},
        optional={"in": _FIELDS, "refuses": st.just("off").map(lambda reason: [reason]), "undo": st.none()},
    ).map(lambda action: {key: value for key, value in action.items() if value is not None}),
    max_size=3,
)
_SERVICES = st.dictionaries(
    _NAMES, st.fixed_dictionaries({"resource": _FIELDS, "actions": _ACTIONS}), min_size=1, max_size=4
)


@given(_SERVICES, st.booleans(), st.sampled_from([None, '"', "'"]))
def test_a_spec_means_the_same_however_yaml_writes_it(services, flow, quote):
    document = {
        "version": 1,
        "name": "shop",
        "pattern": "monolith",
        "stack": "fastapi",
        "types": {"line": {"quantity": "int"}},
        "services": services,
    }
    text = yaml.safe_dump(document, default_flow_style=flow, default_style=quote, sort_keys=False)
    spec = load_spec(text.replace("!!int ", ""), PATH)
    assert {
        service.name: {
            "resource": {field.name: str(field) for field in service.resource or ()},
            "actions": {
                action.name: {
                    key: value
                    for key, value in {
                        "in": {field.name: str(field) for field in action.inputs},
                        "refuses": list(action.refuses),
                    }.items()
                    if value
                }
                for action in service.actions
            },
        }
        for service in spec.services
    } == services


def test_200_services_load_in_less_than_300_milliseconds():
    services = "".join(
        f"  s{i}:\n"
        f"    resource: {{name: str, price: money >= 0, owner: ref(s{(i + 1) % 200}), status: str}}\n"
        f"    publishes: {{created: s{i}.created}}\n"
        f"    reacts_to: {{s{(i + 7) % 200}.created: follow}}\n"
        f"    actions: {{act: {{in: {{name: str}}, refuses: [closed], undo: unact}}, close: {{}}}}\n"
        for i in range(200)
    )
    text = blank_with(services)
    seconds = []
    for _ in range(3):
        started = time.process_time()
        load_spec(text, PATH)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.3


def test_the_import_brings_neither_yaml_nor_difflib():
    code = "import sys, blueprint.spec.load; print({'yaml', 'difflib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
