"""A name is safe wherever it is written, or it is refused with a better one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.errors import Problem
from blueprint.spec.names import (
    Name,
    action_name,
    choice_name,
    event_name,
    field_name,
    fold,
    project_name,
    refusal_name,
    service_name,
    shown,
    type_name,
    workflow_name,
)
from blueprint.spec.place import Place

KINDS = (
    project_name,
    service_name,
    field_name,
    action_name,
    type_name,
    workflow_name,
    event_name,
    refusal_name,
    choice_name,
)

# G31, G32, G33, G34, G35, G36, G37, G38, G39: each text would mean something to a tool further on.
HOSTILE = [
    "",
    " ",
    "sh\u043ep",
    "caf\u00e9",
    "\U0001f600",
    "a\u202eb",
    "a\u200bb",
    "a\x00b",
    "a\nb",
    "a\n",
    "a\tb",
    "22:22",
    "3.10",
    "1e3",
    "~",
    "#c",
    "- x",
    "a: b",
    "{{7*7}}",
    "{% raw %}",
    "$(id)",
    "`id`",
    "a; rm -rf x",
    "a && b",
    "a|b",
    "a'b",
    'a"b',
    '"""',
    "a\nRUN id",
    "a\\b",
    "%s",
    "<script>",
    "[x](javascript:alert)",
    "[red]",
    ":smile:",
    "\x1b]0;x\x07",
    "../etc",
    "/etc/passwd",
    "a/b",
    "-a",
    "a-",
    "a--b",
    "_a",
    "a__b",
    ".a",
    "a..b",
    "__init__",
    "NUL",
    "A",
    "\u0661",
    "a\u0661",
    "\ud800",
]


@pytest.mark.parametrize("naming", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_could_mean_something_to_a_tool_is_no_name(naming, text):
    assert isinstance(naming(text), Problem)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_cannot_be_made_of_a_hostile_text_by_hand(text):
    with pytest.raises(ValueError, match="is not a name"):
        Name(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_refused_name_is_shown_without_anything_that_moves_a_cursor(text):
    problem = service_name(text)
    assert problem.message.isprintable()
    assert problem.message.isascii() or text.isprintable()
    assert len(problem.message) < 150


@given(st.text(max_size=100))
def test_any_text_is_a_name_or_a_problem_with_a_hint(text):
    for naming in KINDS:
        result = naming(text)
        assert result == text or (isinstance(result, Problem) and result.hint)


@given(st.text(max_size=60))
def test_a_suggested_name_can_be_used(text):
    for naming in KINDS:
        result = naming(text)
        if isinstance(result, Problem) and "for example" in str(result.hint):
            suggestion = str(result.hint).split('"')[-2]
            assert naming(suggestion) == suggestion


@pytest.mark.parametrize(
    ("naming", "text", "suggestion"),
    [
        (service_name, "OrderItems", "order-items"),
        (service_name, "order_items", "order-items"),
        (service_name, "Order Items!", "order-items"),
        (service_name, "caf\u00e9-orders", "cafe-orders"),
        (service_name, "2-orders", "orders"),
        (field_name, "unitPrice", "unit_price"),
        (field_name, "unit-price", "unit_price"),
        (type_name, "OrderLine", "order_line"),
        (event_name, "Order.Placed", "order.placed"),
        (event_name, "placed", "order.placed"),
        # G26: the word belongs to Python, its library or an installed package
        (service_name, "class", "class-service"),
        (service_name, "match", "match-service"),
        (service_name, "json", "json-service"),
        (service_name, "fastapi", "fastapi-service"),
        (service_name, "pydantic-settings", "pydantic-settings-service"),
        (service_name, "pipes", "pipes-service"),
        (service_name, "returns", "returns-service"),
        (service_name, "lists", "lists-service"),
        (project_name, "typing", "typing-app"),
        (project_name, "express", "express-app"),
        (project_name, "aux", "aux-app"),
        (project_name, "tests", "tests-app"),
        (field_name, "from", "from_value"),
        (field_name, "list", "list_value"),
        (field_name, "model_config", "model_config_value"),
        (field_name, "self", "self_value"),
        (action_name, "import", "import_it"),
        (action_name, "print", "print_it"),
        (action_name, "created", "created_it"),
        (type_name, "money", "money_data"),
        (type_name, "exception", "exception_data"),
        (type_name, "base_model", "base_model_data"),
        # G30: a part of every generated system has the name
        (service_name, "blueprint", "blueprint-service"),
        (service_name, "tests", "tests-service"),
        (service_name, "common", "common-service"),
        (service_name, "gateway", "gateway-service"),
        (service_name, "db", "db-service"),
        (service_name, "kafka", "kafka-service"),
        (service_name, "platform", "platform-service"),
        (service_name, "entrypoints", "entrypoints-service"),
        (service_name, "workflows", "workflows-service"),
        (service_name, "smoke", "smoke-service"),
        (service_name, "metrics", "metrics-service"),
    ],
)
def test_a_name_that_is_refused_comes_with_a_better_one(naming, text, suggestion):
    assert f'"{suggestion}"' in naming(text).hint


@pytest.mark.parametrize(
    ("naming", "text"),
    [
        # G27: SQL's words, since tables and columns are always quoted
        (service_name, "order"),
        (service_name, "user"),
        (service_name, "group"),
        (service_name, "no"),
        (service_name, "null"),
        (service_name, "on"),
        (service_name, "interactions"),
        (service_name, "analytics"),
        (field_name, "order"),
        (field_name, "select"),
        (field_name, "type"),
        (field_name, "id"),
        (field_name, "model_number"),
        (action_name, "confirm"),
        (action_name, "send_2nd_reminder"),
        (event_name, "order.placed"),
        (event_name, "order.item.added"),
        (workflow_name, "checkout"),
        (refusal_name, "out_of_stock"),
        (choice_name, "event-driven"),
        (project_name, "a" * 40),
        (field_name, "a" * 63),
    ],
)
def test_an_ordinary_name_is_kept_as_it_is(naming, text):
    assert naming(text) == text
    assert isinstance(naming(text), Name)


@pytest.mark.parametrize("naming", KINDS)
def test_a_name_of_300_characters_is_refused_in_a_short_line(naming):  # G31
    assert len(naming("a" * 300).message) < 150


@pytest.mark.parametrize(("naming", "longest"), [(project_name, 40), (service_name, 40), (field_name, 63)])
def test_a_name_leaves_room_for_the_suffixes_of_hosts_and_tables(naming, longest):  # G28
    problem = naming("a" * (longest + 1))
    assert f"at most {longest}" in problem.message


@pytest.mark.parametrize("text", ["Orders", "order_items", "1orders", "-orders", "orders-"])
def test_a_service_is_a_dns_label(text):  # G28
    assert service_name(text).code == "bad-name"


def test_a_problem_stands_where_the_name_does():
    problem = field_name("A", Place("blueprint.yaml", 7, 3))
    assert problem.place == "blueprint.yaml:7:3"


def test_a_name_has_a_form_for_each_use():
    name = service_name("order-items")
    forms = (name.snake, name.kebab, name.pascal, name.env, name.human, name.singular)
    assert forms == ("order_items", "order-items", "OrderItems", "ORDER_ITEMS", "order items", "order-item")


def test_an_event_has_these_forms_too():
    name = event_name("order.item_added")
    assert (name.snake, name.pascal, name.env) == ("order_item_added", "OrderItemAdded", "ORDER_ITEM_ADDED")


@pytest.mark.parametrize("text", ["a", "order-item", "a1-b2"])
def test_every_form_of_a_name_is_a_name_of_its_kind(text):
    name = service_name(text)
    assert name.snake.isidentifier()
    assert name.pascal.isidentifier()
    assert name.env.isidentifier()


@pytest.mark.parametrize(
    ("first", "second"), [("order-item", "order_item"), ("item_2", "item2"), ("a.b_c", "a_b.c")]
)
def test_names_that_code_would_mix_up_fold_to_one(first, second):
    assert fold(first) == fold(second)


def test_names_that_code_can_tell_apart_do_not_fold():
    assert fold("orders") != fold("order")


def test_a_shown_text_keeps_letters_of_any_language():
    assert shown("\u00fcber") == '"\u00fcber"'


def test_a_shown_text_is_cut():
    assert shown("x" * 1000) == '"' + "x" * 40 + '..."'
