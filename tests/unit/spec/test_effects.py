"""Who sets the `status` of a row: one answer, for rules, requests, tables, documents and events."""

from __future__ import annotations

import pytest

from blueprint.documents.openapi import openapi
from blueprint.plan.defaults import default_of
from blueprint.plan.tables import columns_of, named
from blueprint.spec.effects import effect_of, status_setter
from blueprint.spec.load import load_spec
from blueprint.spec.model import Service, Spec

from .examples import PATH, SHOP, blank_with, codes_of, only_problem_of

TICKETS = "  tickets: {{resource: {{title: str, {fields}status: {kind}}}{more}}}\n"

# What else a service says, whether its status is its own then, and what its first action does by default.
WAYS = {
    "nothing": ("", "", False, None),
    "logs": ("", "actions: {remind: {}}", False, "log"),
    "is given no id": ("", "actions: {remind: {in: {title: str}}}", False, "log"),
    "is given an id that is no field": ("", "actions: {assign: {in: {user_id: str}}}", False, "log"),
    "is given an id that many rows share": (
        "user_id: str, ",
        "actions: {remind: {in: {user_id: str}}}",
        False,
        "log",
    ),
    "is given an id of another type": (
        "user_id: int, ",
        "actions: {assign: {in: {user_id: str, title: str}}}",
        False,
        "log",
    ),
    "changes a row": ("", "actions: {close: {in: {ticket_id: str}}}", True, "update"),
    "adds a row": ("user_id: str, ", "actions: {book: {in: {user_id: str, title: str}}}", True, "insert"),
    "finds a row": ("user_id: str unique, ", "actions: {close: {in: {user_id: str}}}", True, "find"),
    "may be given nothing to find": (
        "user_id: str? unique, ",
        "actions: {close: {in: {user_id: str?}}}",
        False,
        "log",
    ),
    "a second action": ("", "actions: {remind: {}, close: {in: {ticket_id: str}}}", True, "log"),
    "takes back what it added": (
        "user_id: str, ",
        "actions: {book: {in: {user_id: str, title: str}, undo: drop}}",
        True,
        "insert",
    ),
    "reacts, and changes nothing": ("", "reacts_to: {user.joined: greet}", False, "log"),
    "reacts, and adds a row": ("user_id: str, ", "reacts_to: {user.joined: book}", True, "insert"),
    "reacts to what brings its id": ("", "reacts_to: {desk.freed: close}", True, "update"),
}
OTHERS = (
    "  users: {resource: {title: str}, publishes: {created: user.joined}}\n"
    "  desks: {publishes: {free: desk.freed}, actions: {free: {in: {ticket_id: str}}}}\n"
)

every_way = pytest.mark.parametrize("way", WAYS)


def tickets_text(way: str, kind: str = "str") -> str:
    fields, more, *_ = WAYS[way]
    return blank_with(OTHERS + TICKETS.format(fields=fields, kind=kind, more=f", {more}" if more else ""))


def tickets(way: str, kind: str = "str") -> tuple[Spec, Service]:
    spec = load_spec(tickets_text(way, kind), PATH)
    return spec, spec.service("tickets")


def body_of(spec: Spec, path: str) -> dict[str, object]:
    document: dict = openapi(spec, "1")
    body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return document["components"]["schemas"][body["$ref"].rpartition("/")[2]]


@every_way
def test_a_service_owns_its_status_where_an_action_sets_it(way):
    spec, service = tickets(way)
    _, _, owned, default = WAYS[way]

    assert (status_setter(service, spec.workflows) is not None, service.owns_status) == (owned, owned)
    assert [default_of(service, action).kind for action in service.actions][:1] == [default][
        : len(service.actions)
    ]
    assert any(default_of(service, action).status for action in service.actions) == owned
    assert any(effect_of(service, action) for action in service.actions) == owned


@every_way
def test_requests_tables_and_documents_follow_the_owner(way):
    spec, service = tickets(way)
    owned = WAYS[way][2]

    assert ("status" in [field.name for field in service.create_fields]) is not owned
    assert named(columns_of(service))["status"].default == ("'pending'" if owned else None)
    schema = body_of(spec, "/tickets")
    assert ("status" in schema["properties"]) is not owned
    assert ("status" in schema["required"]) is not owned
    assert "status" in [field.name for field in service.created_fields]


@every_way
@pytest.mark.parametrize(
    "kind", ["int", "str?", "bool", "str unique", "time? unique", '"list[str]"', "int >= 3"]
)
def test_only_a_status_of_the_services_own_has_to_be_text(way, kind):
    codes = codes_of(tickets_text(way, kind))

    assert codes == (["bad-field"] if WAYS[way][2] else [])


def test_the_refusal_names_who_sets_it():
    problem = only_problem_of(tickets_text("a second action", "int"))
    assert problem.message == '"status" is set by the action "close" and is a str, not "int"'
    text = SHOP.replace("status: str, total", "status: int, total")
    assert only_problem_of(text).message == (
        '"status" is set by the workflow "checkout" and is a str, not "int"'
    )
    assert (only_problem_of(text).line, only_problem_of(text).column) == (16, 64)


def test_a_workflow_that_starts_from_its_rows_makes_the_status_the_services_own():
    spec = load_spec(SHOP, PATH)
    assert spec.service("orders").owns_status
    assert "status" not in [field.name for field in spec.context_at(spec.workflows[0], 0)]


def test_the_last_action_of_a_workflow_sets_it():
    service = load_spec(SHOP, PATH).service("orders")
    found = {action.name: default_of(service, action) for action in service.actions}
    assert {name: (each.kind, each.status) for name, each in found.items()} == {
        "confirm": ("update", "confirmed"),
        "cancel": ("update", "cancelled"),
    }


def test_an_action_that_is_given_a_status_takes_it_over():
    text = blank_with(
        "  tickets: {resource: {title: str, status: str},"
        " actions: {move: {in: {ticket_id: str, status: str}}, note: {in: {ticket_id: str}}}}\n"
    )
    service = load_spec(text, PATH).service("tickets")
    move, note = (default_of(service, action) for action in service.actions)
    assert (move.fields, move.status) == (("status",), None)
    assert (note.fields, note.status) == ((), "noted")


@pytest.mark.parametrize(("key", "kind"), [("ticket_id", "update"), ("user_id", "find")])
def test_an_action_takes_over_what_the_service_keeps_and_not_what_a_request_has_set(key, kind):
    text = blank_with(
        "  tickets: {resource: {user_id: str unique, title: str, due: time, note: str?},"
        f" actions: {{close: {{in: {{{key}: str, title: str, note: str?}}}}}}}}\n"
    )
    service = load_spec(text, PATH).service("tickets")
    default = default_of(service, service.action("close"))
    assert (default.kind, default.fields) == (kind, ("note",))


def test_an_undo_of_what_adds_no_row_changes_the_row_that_it_finds():
    text = blank_with(
        "  tickets: {resource: {user_id: str unique, due: time, status: str},"
        " actions: {close: {in: {user_id: str}, undo: reopen}}}\n"
    )
    service = load_spec(text, PATH).service("tickets")
    assert [default_of(service, action).kind for action in service.actions] == ["find", "find"]


def test_an_undo_that_is_given_no_id_does_not_look_for_rows():
    text = blank_with(
        "  tickets: {resource: {user_id: str, title: str}, actions: {"
        "book: {in: {user_id: str, title: str}, undo: drop}, drop: {in: {title: str}}}}\n"
    )
    service = load_spec(text, PATH).service("tickets")
    assert default_of(service, service.action("drop")).kind == "log"
