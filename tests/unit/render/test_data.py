from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from blueprint.catalog.faults import PackError
from blueprint.render.serialise import serialised
from tests.unit.catalog.toys import manifest
from tests.unit.render.support import rendered, text

HARMLESS_LOOKING = [
    *(
        "no",
        "null",
        "~",
        "on",
        "Yes",
        "1e3",
        "22:22",
        "3.10",
        "0x1f",
        "1_000",
        ".5",
        "-1",
        "2001-01-01",
        "=",
        "<<",
    ),
    *(
        "#c",
        "a #c",
        "- x",
        "a: b",
        "a:",
        ":",
        "{{7*7}}",
        "${A}",
        "!tag",
        "&a",
        "*a",
        "|",
        ">",
        "%x",
        "@x",
        "`x`",
    ),
    *(
        "",
        " ",
        " a",
        "a ",
        "\t",
        "a\n",
        "a\n\n",
        "\na",
        " a\nb",
        "a\nb\n",
        "a\n\n  b\nc",
        "a \nb",
        "\r",
        "a\rb\n",
    ),
    *(
        '"',
        "'",
        "\\",
        "\x00",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
        "é",
        "日本",
        "😀",
        "--host",
        "http://x:1/",
        "a" * 200,
    ),
]

finite = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.booleans() | st.integers(-(2**63), 2**63 - 1) | finite
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(HARMLESS_LOOKING)


def trees(leaves: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    def around(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        return st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)

    return st.dictionaries(texts, st.recursive(leaves, around, max_leaves=8), max_size=3)


def merged(root: Path, path: str, *parts: str, **more: dict[str, str]) -> str:
    """The data file that base, stack and log come to when they hold these parts."""
    packs = {
        pack: {f"data/{path}.yaml": part} for pack, part in zip(("base", "stack", "log"), parts, strict=False)
    }
    return text(rendered(root, **packs, **more), path)


def test_mappings_merge_and_lists_grow_by_what_is_new(tmp_path: Path) -> None:
    made = merged(tmp_path, "a.json", "m: {x: 1}\nl: [a, b]", "m: {y: 2}\nl: [b, c]")

    assert json.loads(made) == {"m": {"x": 1, "y": 2}, "l": ["a", "b", "c"]}


def test_keys_stand_in_the_order_of_the_layers(tmp_path: Path) -> None:
    assert list(json.loads(merged(tmp_path, "a.json", "z: 1", "b: 1\nz: 1", "a: 1"))) == ["z", "b", "a"]


@pytest.mark.parametrize(
    ("old", "new"), [("1", "2"), ("1", "true"), ("x", "[x]"), ("{a: 1}", "null"), ("1", "1.0")]
)
def test_two_values_for_one_key_name_both_packs(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(PackError, match=r"tool\.deep is .* in base/base and .* in broker/log"):
        merged(tmp_path, "a.json", f"tool: {{deep: {old}}}", "tool: {}", f"tool: {{deep: {new}}}")


def test_strings_and_keys_hold_names_and_nothing_else_is_touched(tmp_path: Path) -> None:
    part = '"${package}": "${project} ${{ matrix.python }} ${HOME} {{ 7 * 7 }} {% x %} $package"'

    assert json.loads(merged(tmp_path, "a.json", part)) == {
        "web_shop": "web-shop ${{ matrix.python }} ${HOME} {{ 7 * 7 }} {% x %} $package"
    }


def test_data_about_services_is_a_file_for_each(tmp_path: Path) -> None:
    tree = rendered(tmp_path, stack={"data/[service].json.yaml": "name: ${service}"})

    assert json.loads(text(tree, "order_items.json")) == {"name": "order_items"}


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("a: ${pakage}", r"\$\{pakage\} is not known"),
        ("on: push", "the key True is no text: put it in quotes"),
        ("a: 2001-01-01", "is a date: put it in quotes"),
        ("a: .inf", "is a float"),
        ("- a", "is not a mapping"),
        ("", "is not a mapping"),
        ("a: [", "while parsing"),
    ],
)
def test_data_that_cannot_be_meant_so_names_its_file(tmp_path: Path, part: str, message: str) -> None:
    with pytest.raises(PackError, match=message) as raised:
        merged(tmp_path, "a.json", part)

    assert raised.value.problems[0].path == str(tmp_path / "base/data/a.json.yaml")


def test_data_for_a_format_that_is_not_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"but not as a\.ini"):
        merged(tmp_path, "a.ini", "a: 1")


def test_a_null_cannot_become_toml(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="null"):
        merged(tmp_path, "a.toml", "a: null")


def test_toml_is_laid_out_as_a_person_would(tmp_path: Path) -> None:
    part = """\
project:
  name: shop
  authors: [{name: Ada}]
  dependencies: [a-rather-long-name>=1, another-rather-long-name>=2, one-more-rather-long-name>=3]
tool: {ruff: {line-length: 120, lint: {select: [E, F]}}, "x.y": {}}
top: true
"""

    assert merged(tmp_path, "a.toml", part) == (
        "top = true\n\n"
        '[project]\nname = "shop"\ndependencies = [\n'
        '    "a-rather-long-name>=1",\n    "another-rather-long-name>=2",\n'
        '    "one-more-rather-long-name>=3",\n]\n\n'
        '[[project.authors]]\nname = "Ada"\n\n'
        '[tool.ruff]\nline-length = 120\n\n[tool.ruff.lint]\nselect = ["E", "F"]\n\n'
        '[tool."x.y"]\n'
    )


def test_yaml_is_laid_out_as_a_person_would(tmp_path: Path) -> None:
    part = """\
services: {a: {image: "postgres:17", ports: ["80:80"], command: [], run: "x\\ny\\n"}}
"on": [push, {a: 1, b: [c]}]
"""

    assert (
        merged(tmp_path, "a.yml", part)
        == """\
services:
  a:
    image: postgres:17
    ports:
      - "80:80"
    command: []
    run: |
      x
      y
"on":
  - push
  - a: 1
    b:
      - c
"""
    )


@given(trees(scalars | texts | st.none()))
def test_yaml_reads_back_as_what_was_written(data: dict[str, object]) -> None:
    assert yaml.safe_load(serialised(data, "a.yaml")) == data


@given(trees(scalars | texts))
def test_toml_reads_back_as_what_was_written(data: dict[str, object]) -> None:
    assert tomllib.loads(serialised(data, "a.toml")) == data


@pytest.mark.parametrize("value", HARMLESS_LOOKING)
@pytest.mark.parametrize("format", ["yaml", "toml", "json"])
def test_text_that_looks_like_something_else_stays_text(value: str, format: str) -> None:
    read = {"yaml": yaml.safe_load, "toml": tomllib.loads, "json": json.loads}[format]

    assert read(serialised({"k": value, "l": [value], value or "e": "v"}, f"a.{format}"))["k"] == value


def test_a_broker_in_an_extra_folder_brings_its_own_data(tmp_path: Path) -> None:
    pigeons = {
        "pack.yaml": manifest("broker", "log", "stack: toy\ndefault: true\n"),
        "data/pyproject.toml.yaml": "project: {dependencies: [pigeons]}",
    }

    tree = rendered(
        tmp_path, base={"data/pyproject.toml.yaml": "project: {dependencies: [web]}"}, elsewhere=pigeons
    )

    assert tomllib.loads(text(tree, "pyproject.toml"))["project"]["dependencies"] == ["web", "pigeons"]


def test_data_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = {"pack.yaml": manifest("stack", "toy"), "data/a.json.yaml": "from: {yaml: [1, 2.5, no, '1']}"}
    first = text(rendered(tmp_path, stack=stack), "a.json")
    monkeypatch.setattr(yaml.CSafeLoader, "get_single_data", lambda _: pytest.fail("it was read again"))

    assert text(rendered(tmp_path, stack=stack), "a.json") == first


@pytest.mark.parametrize("content", ["1: a", "a: 2001-01-01", "a: .nan", "a: !!binary aGk="])
def test_what_json_does_not_know_is_refused_every_time(tmp_path: Path, content: str) -> None:
    stack = {"pack.yaml": manifest("stack", "toy"), "data/a.json.yaml": content}

    for _ in range(2):
        with pytest.raises(PackError):
            rendered(tmp_path, stack=stack)
