from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.catalog.faults import PackError
from blueprint.catalog.presets import preset_source, with_header
from blueprint.spec.load import load_spec
from tests.unit.catalog.toys import manifest, toy_catalog

SPEC = """\
# What this shop is made of.
version: 1
name: shop   # the name
pattern: one
stack: toy
preset: zoo

services:
  animals:
    resource: {name: str}   # never the name: of a shop
"""


def source(root: Path, **choices: str) -> str:
    (pack,) = toy_catalog(root, {"zoo": {"pack.yaml": manifest("preset", "zoo"), "spec.yaml": SPEC}}).packs
    return preset_source(pack, "night-zoo", "many", "red", **choices)


def test_name_pattern_and_stack_are_filled_in_and_nothing_else_changes(tmp_path: Path) -> None:
    expected = SPEC.replace("shop   #", "night-zoo   #").replace("pattern: one", "pattern: many")

    assert source(tmp_path) == expected.replace("stack: toy", "stack: red")


def test_a_choice_comes_into_the_header(tmp_path: Path) -> None:
    spec = load_spec(source(tmp_path, broker="kafka", database="postgres"), "blueprint.yaml")

    assert (spec.broker, spec.database, spec.preset) == ("kafka", "postgres", "zoo")


def test_a_key_that_is_missing_comes_behind_the_one_before_it() -> None:
    assert with_header("version: 1\nservices: {}\n", {"name": "a", "stack": "b"}) == (
        "version: 1\nname: a\nstack: b\nservices: {}\n"
    )


def test_a_preset_without_a_spec_is_a_fault_of_the_pack(tmp_path: Path) -> None:
    (pack,) = toy_catalog(tmp_path, {"zoo": {"pack.yaml": manifest("preset", "zoo")}}).packs

    with pytest.raises(PackError, match=r"preset/zoo has no spec\.yaml"):
        preset_source(pack, "a", "b", "c")
