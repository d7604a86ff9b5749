"""A name is safe wherever it is written, or it is refused with a better one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blueprint.errors import Problem
from blueprint.spec import reserved
from blueprint.spec.location import Location
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
@example("A0V0")
@example("Aa" * 20)
def test_a_suggested_name_can_be_used(text):
    for naming in KINDS:
        result = naming(text)
        if isinstance(result, Problem) and "for example" in str(result.hint):
            suggestion = str(result.hint).split('"')[-2]
            assert naming(suggestion) == suggestion


@pytest.mark.parametrize("writing", [str.upper, str.capitalize, "2-{}".format, "{}!".format])
@pytest.mark.parametrize(
    ("naming", "word"),
    [
        *((service_name, word) for word in reserved.PATHS),
        *((type_name, word) for word in sorted(reserved.FIELD_KINDS)),
        (action_name, "created"),
    ],
)
def test_a_word_that_is_taken_is_not_suggested_either(naming, word, writing):
    problem = naming(writing(word))
    assert isinstance(problem, Problem)
    suggestion = str(problem.hint).split('"')[-2]
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
        (event_name, "Order placed!.Now", "order.placed.now"),
        (action_name, "sendInvoice", "send_invoice"),
        (action_name, "send-invoice", "send_invoice"),
        (workflow_name, "CheckOut", "check_out"),
        (refusal_name, "outOfStock", "out_of_stock"),
        (choice_name, "EventDriven", "event-driven"),
        (project_name, "WebShop", "web-shop"),
        (service_name, "metrics", "metrics-service"),
        (action_name, "created", "created_it"),
        (type_name, "money", "money_data"),
    ],
)
def test_a_name_that_is_refused_comes_with_a_better_one(naming, text, suggestion):
    assert f'"{suggestion}"' in naming(text).hint


@pytest.mark.parametrize("path", ["livez", "readyz", "metrics", "internal", "docs"])
def test_a_service_whose_path_is_given_away_is_refused_with_the_path(path):
    assert f'"{path}" cannot be a service: /{path} is the path of' in service_name(path).message


WORDS = (
    # G26: words of Python, of its library and of installed packages
    *("class", "match", "json", "fastapi", "pipes", "print", "list", "self", "model_config", "exception"),
    # G30: what every generated system has
    *("tests", "gateway", "kafka", "platform", "entrypoints", "flows", "smoke", "aux", "base_model"),
    *("events", "records", "tables", "pages", "returns", "tasks", "sqlite", "localhost", "openapi", "login"),
)


@pytest.mark.parametrize("naming", [project_name, service_name, field_name, action_name, workflow_name])
@pytest.mark.parametrize("word", WORDS)
def test_the_words_of_code_and_of_the_kit_are_names_like_others(naming, word):
    text = word.replace("_", "-") if naming in (project_name, service_name) else word
    assert naming(text) == text


@pytest.mark.parametrize(
    ("form", "name", "identifier"),
    [
        ("module", "class", "class_"),
        ("module", "flows", "flows_"),
        ("module", "aux", "aux_"),
        ("module", "tests", "tests_"),
        ("module", "records", "records"),
        ("package", "json", "json_"),
        ("package", "web-shop", "web_shop"),
        ("entrypoint", "wiring", "wiring_"),
        ("entrypoint", "tests", "tests"),
        ("process", "gateway", "gateway--service"),
        ("process", "records", "records"),
        ("only_process", "gateway", "gateway--project"),
        ("only_process", "broker", "broker"),
        ("variable", "import", "import_"),
        ("variable", "log", "log"),
        ("attribute", "copy", "copy_"),
        ("attribute", "list", "list"),
        ("class_name", "none", "None_"),
        ("class_name", "order-items", "OrderItems"),
    ],
)
def test_an_identifier_is_the_noun_with_an_underscore_where_that_is_taken(form, name, identifier):
    assert getattr(Name(name), form) == identifier


@pytest.mark.parametrize("word", [word for word in WORDS if "_" not in word])
def test_no_name_of_a_spec_can_be_what_was_made_unlike_any(word):
    forms = (Name(word).process, Name(word).only_process, Name(word).module, Name(word).class_name.lower())
    made = {form for form in forms if form != word}
    assert all(isinstance(naming(form), Problem) for form in made for naming in KINDS)


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
    problem = field_name("A", Location("blueprint.yaml", 7, 3))
    assert problem.location == "blueprint.yaml:7:3"


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
