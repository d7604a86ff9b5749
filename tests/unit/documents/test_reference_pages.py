"""What the reference pages show is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from blueprint.errors import Problem, SpecError
from blueprint.plan.defaults import default_of
from blueprint.spec.fields import field_of
from blueprint.spec.load import load_spec
from blueprint.spec.names import Name
from blueprint.spec.singular import singular

REFERENCE = Path(__file__).parents[3] / "docs/reference"
PAGE = (REFERENCE / "spec.md").read_text(encoding="utf-8")
API_PAGE = (REFERENCE / "generated-api.md").read_text(encoding="utf-8")
BLOCK = r"^```{kind}\n(.*?)^```\n"
VALID = re.findall(BLOCK.format(kind="yaml"), PAGE, re.MULTILINE | re.DOTALL)
INVALID = re.findall(
    BLOCK.format(kind="yaml invalid") + r"\n```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL
)


def test_the_page_has_examples_of_both_kinds() -> None:
    assert len(VALID) >= 2
    assert len(INVALID) >= 2


@pytest.mark.parametrize("text", VALID)
def test_an_example_is_a_valid_spec(text: str) -> None:
    assert load_spec(text, "blueprint.yaml").services


@pytest.mark.parametrize(("text", "answer"), INVALID)
def test_a_wrong_example_gives_the_errors_that_are_shown(text: str, answer: str) -> None:
    with pytest.raises(SpecError) as raised:
        load_spec(text, "blueprint.yaml")

    assert "".join(map(shown, raised.value.problems)) == answer


@pytest.mark.parametrize(
    "text", re.findall(r"^\| `([^`]+)` \|", PAGE.partition("## Fields")[2].partition("## ")[0], re.M)
)
def test_a_field_in_the_table_can_be_written(text: str) -> None:
    field = field_of(Name("value"), text)

    assert not isinstance(field, Problem)
    assert str(field) == text


@pytest.mark.parametrize(("word", "one"), re.findall(r"`(\w+)` → `(\w+)`", PAGE))
def test_a_singular_in_the_table_is_the_one_that_is_used(word: str, one: str) -> None:
    assert singular(word) == one


def test_the_event_that_is_explained_holds_what_the_page_says() -> None:
    spec = load_spec(VALID[1], "blueprint.yaml")

    data = [field.name for field in spec.event_data("order.confirmed")]

    assert data == ["order_id", "items", "method", "total"]
    assert [field.name for field in spec.service("notifications").action("notify").inputs] == data


@pytest.mark.parametrize(
    ("service", "action", "kind", "status"),
    re.findall(r"^\| `([a-z]+)\.([a-z]+)` \| (\w+) \| `?(\w*)`? ?\|$", API_PAGE, re.MULTILINE),
)
def test_an_action_does_by_default_what_the_page_says(
    service: str, action: str, kind: str, status: str
) -> None:
    owner = load_spec(VALID[1], "blueprint.yaml").service(service)

    default = default_of(owner, owner.action(action))

    assert (default.kind, default.status or "") == (kind, status)


def shown(problem: Problem) -> str:
    return f"error: {problem.message} ({problem.location})\nhint: {problem.hint}\n"
