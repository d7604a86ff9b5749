"""JSON, YAML and TOML: what a merged text holds is what the merge of the data comes to."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from blueprint.merging.formats import format_of
from blueprint.merging.spans import MergeConflict
from tests.unit.merging.documents import Conflict, Document, documents, expected, toml_text, unordered

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def json_text(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def yaml_text(document: Document) -> str:
    return "# the first line\n" + yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


FORMATS: dict[str, tuple[Callable[[Document], str], Callable[[str], Any]]] = {
    "a.json": (json_text, json.loads),
    "a.yaml": (yaml_text, yaml.safe_load),
    "a.toml": (toml_text, tomllib.loads),
}


def merged(path: str, *texts: *tuple[str, str, str]) -> str | None:
    """The merge; None for a conflict."""
    found = format_of(path)
    assert found
    try:
        return found.merge(texts)
    except MergeConflict:
        return None


@pytest.mark.parametrize("path", FORMATS)
@LAWS
@given(triple=documents())
def test_a_change_of_one_side_is_taken_byte_for_byte(
    path: str, triple: tuple[Document, Document, Document]
) -> None:
    write, _ = FORMATS[path]
    base, yours, new = map(write, triple)

    assert merged(path, base, base, new) == new
    assert merged(path, base, yours, base) == yours
    assert merged(path, base, yours, yours) == yours


@pytest.mark.parametrize("path", FORMATS)
@LAWS
@given(triple=documents())
def test_a_merged_text_holds_the_merged_data(path: str, triple: tuple[Document, Document, Document]) -> None:
    write, read = FORMATS[path]
    try:
        wanted = unordered(expected(*triple))
    except Conflict:
        wanted = None
    text = merged(path, *map(write, triple))
    found = None if text is None else unordered(read(text))

    assert found in (wanted, None)
