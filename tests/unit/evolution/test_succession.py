"""What exists has to be able to follow a changed spec, or the change is refused with the way to do it."""

from __future__ import annotations

import pytest

from blueprint.errors import Problem
from blueprint.evolution.succession import broken_successions
from blueprint.spec.load import load_spec
from tests.unit.spec.examples import PATH, SHOP, changed


def problems(old: str, new: str) -> list[Problem]:
    return list(broken_successions(load_spec(SHOP, PATH), load_spec(changed(SHOP, (old, new)), PATH)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quantity: int >= 1}", "quantity: int >= 1, note: str?}"),
        ("out: {total: money}", "out: {total: money, weight: int?}"),
        ("cancel: {in: {reason: str}}", "cancel: {in: {reason: str}}, hold: {in: {total: money}}"),
        ("reason: str?}", "reason: str?, gift: bool}"),
        ("pattern: event-driven", "pattern: monolith"),
        ("database: sqlite\n", ""),
        ("    reacts_to", "    resource: {text: str}\n    reacts_to"),
    ],
    ids=["type", "output", "action", "resource", "pattern", "database", "more"],
)
def test_what_adds_without_asking_for_more_is_taken(old: str, new: str) -> None:
    assert problems(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (
            "quantity: int >= 1}",
            "quantity: int >= 1, note: str}",
            8,
            'values of the type "line" are stored without it',
        ),
        (
            "out: {total: money}",
            "out: {total: money, weight: int}",
            14,
            'messages and code of "reserve" do not have it',
        ),
        (
            "cancel: {in: {reason: str}}",
            "cancel: {in: {reason: str, user_id: str}}",
            18,
            'code of "cancel" do not have it',
        ),
    ],
    ids=["type", "output", "input"],
)
def test_a_later_field_has_to_be_optional(old: str, new: str, line: int, message: str) -> None:
    [problem] = problems(old, new)

    assert (problem.code, problem.line) == ("later-field", line)
    assert message in problem.message
    assert problem.hint == 'make it optional: add a "?" after its type'


def test_a_field_that_may_be_empty_cannot_become_required() -> None:
    before = changed(SHOP, ("quantity: int >= 1}", "quantity: int >= 1, note: str?}"))
    after = changed(SHOP, ("quantity: int >= 1}", "quantity: int >= 1, note: str}"))

    [problem] = broken_successions(load_spec(before, PATH), load_spec(after, PATH))

    assert problem.code == "later-field"


def test_a_service_cannot_be_renamed() -> None:
    [problem] = problems("  notifications:\n", "  messages:\n")

    assert (problem.code, problem.line) == ("renamed-service", 28)
    assert (
        problem.message
        == 'a service cannot be renamed: "notifications" is removed and "messages" added in one step'
    )
    assert str(problem.hint).startswith('add "messages" and sync;')


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("name: shop", "name: store", 'write "name: shop", or create a new project'),
        ("preset: e-commerce\n", "", 'write "preset: e-commerce", or create a new project'),
        ("preset: e-commerce", "preset: blank", 'write "preset: e-commerce", or create a new project'),
    ],
)
def test_what_all_files_follow_from_cannot_change(old: str, new: str, hint: str) -> None:
    [problem] = problems(old, new)

    assert (problem.code, problem.hint) == ("fixed-key", hint)
