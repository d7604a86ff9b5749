"""docs/reference/spec.md names every key that the reader of a spec takes, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import get_args

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.model import CHOICES
from blueprint.errors import Problem
from blueprint.spec.fields import field_of
from blueprint.spec.limits import MAX_BYTES, MAX_ENTRIES
from blueprint.spec.location import NOWHERE, Location
from blueprint.spec.names import Name, field_name, project_name, service_name
from blueprint.spec.read import OPTIONAL, REQUIRED
from blueprint.spec.services import ACTION_KEYS, SERVICE_KEYS
from blueprint.spec.values import Field, Kind
from blueprint.spec.workflows import WORKFLOW_KEYS
from tests.docs.pages import REFERENCE, first_column, section

PAGE = (REFERENCE / "spec.md").read_text("utf-8")
TOP = section(PAGE, "## The top level")
SERVICES = section(PAGE, "## Services")


def row(table: str, key: str) -> str:
    [found] = re.findall(rf"^\| `{key}` \|(.*)$", table, re.MULTILINE)
    return str(found)


def test_the_keys_at_the_top_are_those_that_are_read() -> None:
    assert sorted(first_column(TOP)) == sorted((*REQUIRED, *OPTIONAL))


def test_a_key_is_called_required_if_it_is() -> None:
    required = [key for key in first_column(TOP) if " required " in row(TOP, key)]

    assert required == list(REQUIRED)


def test_the_keys_of_a_service_are_those_that_are_read() -> None:
    keys = re.findall(r"^\*\*(\w+)\*\*: ", SERVICES, re.MULTILINE)

    assert sorted(keys) == sorted(SERVICE_KEYS)


def test_the_keys_of_an_action_are_those_that_are_read() -> None:
    keys = first_column(SERVICES.partition("**actions**")[2].partition("**publishes**")[0])

    assert sorted(keys) == sorted(ACTION_KEYS)


def test_the_keys_of_a_workflow_are_those_that_are_read() -> None:
    introduction = section(PAGE, "## Workflows").partition("\n\n**")[0]

    assert set(re.findall(r"`(\w+)`", introduction)) == set(WORKFLOW_KEYS)


@pytest.mark.parametrize("kind", ["pattern", "stack", "preset", *CHOICES])
def test_what_can_be_chosen_is_named(kind: str) -> None:
    choices = row(TOP, kind).partition(". ")[0]
    named = re.findall(r"`([a-z-]+)`", choices)

    assert sorted(named) == sorted(pack.id for pack in load_catalog().offers(kind))


def test_the_types_of_fields_are_those_that_are_read() -> None:
    written = first_column(section(PAGE, "## Fields"))
    fields = [field_of(Name("value"), text) for text in written]

    assert {field.type.kind for field in fields if isinstance(field, Field)} == set(get_args(Kind))


def test_the_limits_are_those_that_hold() -> None:
    yaml = section(PAGE, "## YAML")

    assert f"at most {MAX_BYTES // 1024} KiB" in yaml
    assert f"at most {MAX_ENTRIES} entries" in yaml


@pytest.mark.parametrize(
    ("read", "kind"),
    [(project_name, "project, service"), (service_name, "project, service"), (field_name, "field, action")],
)
def test_the_longest_name_is_as_long_as_the_page_says(
    read: Callable[[str, Location], Name | Problem], kind: str
) -> None:
    [longest] = re.findall(rf"^\| {kind}.*\| ([0-9]+) \|$", PAGE, re.MULTILINE)

    assert isinstance(read("x" * int(longest), NOWHERE), Name)
    assert isinstance(read("x" * (int(longest) + 1), NOWHERE), Problem)
