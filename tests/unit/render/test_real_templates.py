"""Rules for all templates that ship."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, meta, nodes

from blueprint.catalog.load import load_catalog
from blueprint.catalog.model import Catalog, Pack, PackFile
from blueprint.catalog.presets import preset_source
from blueprint.plan.model import Subject
from blueprint.plan.planner import make_plan
from blueprint.render.context import context_of
from blueprint.render.own_names import FILTERS
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import Tree

CATALOG = load_catalog()
STRUCTURED = (".yaml", ".yml", ".toml", ".json")
SLOT_CALL = re.compile(r'slot\("([^"]+)"')
PATTERNS = [pack.id for pack in CATALOG.offers("pattern")]
PRESETS = [pack.id for pack in CATALOG.offers("preset")]
STACKS = [pack.id for pack in CATALOG.offers("stack")]


def templates(catalog: Catalog = CATALOG) -> Iterator[tuple[Pack, PackFile]]:
    return ((pack, file) for pack in catalog.packs for file in pack.files if file.path.endswith(".j2"))


def parsed(file: PackFile) -> nodes.Template:
    environment = Environment(trim_blocks=True, lstrip_blocks=True)
    environment.filters |= FILTERS
    return environment.parse(file.location.read_text(encoding="utf-8"))


ALL_TEMPLATES = [
    pytest.param(pack, file, id=f"{pack.label}/{file.section}/{file.path}") for pack, file in templates()
]


@cache
def context_names() -> frozenset[str]:
    source = preset_source(CATALOG.offers("preset")[0], "shop", PATTERNS[0], STACKS[0])
    return frozenset(context_of(make_plan(load_spec(source, "s"), CATALOG, source)))


def project(pattern: str, preset: str, stack: str) -> Tree:
    pack = CATALOG.find("preset", preset, stack)
    assert pack
    source = preset_source(pack, "web-shop", pattern, stack)
    return render(make_plan(load_spec(source, "blueprint.yaml"), CATALOG, source))


@pytest.mark.parametrize(("pack", "file"), ALL_TEMPLATES)
def test_no_template_asks_which_pack_was_chosen(pack: Pack, file: PackFile) -> None:
    ids = {each.id for each in CATALOG.packs} | {each.title for each in CATALOG.packs}

    compared = {
        constant.value
        for comparison in parsed(file).find_all(nodes.Compare)
        for constant in comparison.find_all(nodes.Const)
    }

    assert not compared & ids


def around(file: PackFile) -> list[str]:
    """The paths of the templates that ask for the slot which the file fills, else its own."""
    if file.section != "slots":
        return [file.path]
    call = f'slot("{file.path.removesuffix(".j2")}")'
    return [each.path for _, each in templates() if call in each.location.read_text("utf-8")]


@pytest.mark.parametrize(("pack", "file"), ALL_TEMPLATES)
def test_every_template_uses_names_that_are_declared(pack: Pack, file: PackFile) -> None:
    template = parsed(file)
    known = context_names() | {"slot"}
    known |= {name for name in Subject.__struct_fields__ if all(f"[{name}]" in path for path in around(file))}
    # What a branch sets is not known behind it, as far as Jinja can tell.
    known |= {name.name for name in template.find_all(nodes.Name) if name.ctx == "store"}

    assert meta.find_undeclared_variables(template) <= known


def test_every_slot_that_is_filled_is_asked_for() -> None:
    asked = {name for _, file in templates() for name in SLOT_CALL.findall(file.location.read_text("utf-8"))}

    filled = {file.path.removesuffix(".j2") for _, file in templates() if file.section == "slots"}

    assert filled <= asked


def test_every_name_of_a_template_is_in_the_page_on_packs() -> None:
    page = (Path(__file__).parents[3] / "templates/README.md").read_text("utf-8")

    assert [name for name in context_names() if f"`{name}`" not in page and f"`{name}(" not in page] == []


def test_there_is_no_jinja_in_structured_files() -> None:
    named = [file.path for _, file in templates() if file.path.removesuffix(".j2").endswith(STRUCTURED)]
    # A workflow's own ${{ }} is no Jinja.
    written = [
        file.path
        for pack in CATALOG.packs
        for file in pack.files
        if file.path.endswith(STRUCTURED)
        and re.search(r"(?<!\$)\{\{|\{%", file.location.read_text(encoding="utf-8"))
    ]

    assert named == []
    assert written == []


def read_yaml(text: str) -> object:
    return yaml.CSafeLoader(text).get_single_data()


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_combination_gives_files_that_can_be_read(pattern: str, preset: str, stack: str) -> None:
    readers = {".toml": tomllib.loads, ".json": json.loads, ".yaml": read_yaml, ".yml": read_yaml}

    tree = project(pattern, preset, stack)

    for path, blob in tree.items():
        text = blob.content.decode()
        readers.get(Path(path).suffix, str)(text)
        assert not re.search(r"(?<!\$)\{\{ |\{% | \}\}", text), path
        assert text == "" or text.endswith("\n"), path
