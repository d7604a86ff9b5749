"""What several mappings have in common is written once, and YAML reads back the whole of each."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from blueprint.catalog.faults import PackError
from blueprint.render.data import Data
from blueprint.render.serialise import serialised
from tests.unit.render.support import rendered, text

mappings = st.dictionaries(
    st.sampled_from("abcd"), st.sampled_from(["", "yes", "1", 1, True, None]), max_size=4
)


def written(data: dict[str, Data]) -> str:
    return serialised(data, "a.yaml")


def test_a_fragment_has_an_anchor_and_who_merges_it_an_alias() -> None:
    data: dict[str, Data] = {
        "x-service": {"restart": "always"},
        "services": {"web": {"<<": "x-service", "image": "web:1.0"}},
    }

    assert (
        written(data)
        == """\
x-service: &service
  restart: always
services:
  web:
    <<: *service
    image: web:1.0
"""
    )


def test_a_fragment_of_a_higher_pack_stands_before_all_that_merges_it(tmp_path: Path) -> None:
    packs = {
        "base": 'name: shop\nx-low: {a: 1}\nservices: {web: {"<<": x-low}}',
        "stack": 'x-high: {"<<": x-low, b: 2}\nservices: {api: {"<<": x-high}}',
    }

    made = text(
        rendered(tmp_path, **{pack: {"data/a.yaml.yaml": part} for pack, part in packs.items()}), "a.yaml"
    )

    assert made.startswith("name: shop\nx-low: &low\n")
    assert yaml.safe_load(made)["services"] == {"web": {"a": 1}, "api": {"a": 1, "b": 2}}


@given(mappings, mappings)
def test_yaml_reads_back_both_together_and_nothing_is_said_twice(
    fragment: dict[str, Data], own: dict[str, Data]
) -> None:
    made = written({"x-one": dict(fragment), "all": [{"<<": "x-one", **own}]})

    [read] = yaml.safe_load(made)["all"]
    assert [(key, type(value), value) for key, value in sorted(read.items())] == [
        (key, type(value), value) for key, value in sorted({**fragment, **own}.items())
    ]
    assert made.count("\n    ") <= len(own)


@pytest.mark.parametrize("data", [{}, {"x-one": 1}], ids=["missing", "no mapping"])
def test_a_fragment_that_is_none_is_refused(data: dict[str, Data]) -> None:
    with pytest.raises(PackError, match="there is no mapping x-one to merge"):
        written({**data, "all": {"<<": "x-one"}})


def test_a_key_of_other_data_is_a_key_like_others() -> None:
    data: dict[str, Data] = {"<<": "text", "x-one": {"<<": {"a": 1}}}

    assert yaml.safe_load(written(data)) == data
