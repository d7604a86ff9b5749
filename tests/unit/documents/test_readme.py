"""The README of a project tells what is in it, and its diagrams can be drawn."""

from __future__ import annotations

import re

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import with_header
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import RelPath
from tests.unit.documents.specs import NOTEBOOK, SHOP

CATALOG = load_catalog()
PATTERNS = [pack.id for pack in CATALOG.offers("pattern")]

# Words with a meaning of their own in a diagram.
AWKWARD = (
    NOTEBOOK.replace("notes:", "end:")
    + """\
    publishes: {created: end.style}
    reacts_to: {end.style: subgraph}
  graph: {resource: {text: str}}
  o-x: {reacts_to: {end.style: end}}
"""
)

NODE = r'[a-z]+(?:_[a-z0-9_]+)?(?:[(\[]+"[^"]+"[)\]]+)?'
ARROW = r'(?:-->|---|-\. refused \.->|-- "[^"]+" -->|-\. "[^"]+" \.->)'
LINE = re.compile(rf'flowchart LR|subgraph p_\w+\["[^"]+"\]|end|{NODE}(?: {ARROW} {NODE})*')
OWN_WORDS = re.compile(r"\b(?:end|graph|subgraph|style|default|class|click)\b")


def readme(text: str, pattern: str) -> str:
    source = with_header(text, {"pattern": pattern})
    tree = render(make_plan(load_spec(source, "blueprint.yaml"), CATALOG, source))
    return tree[RelPath("README.md")].content.decode()


def diagrams_of(page: str) -> list[list[str]]:
    found = re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL)
    return [[line.strip() for line in diagram.splitlines()] for diagram in found]


def tables_of(page: str) -> list[list[str]]:
    return [table.splitlines() for table in re.findall(r"(?:^\|.*\|\n)+", page, re.MULTILINE)]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("text", [NOTEBOOK, SHOP, AWKWARD], ids=["notebook", "shop", "awkward"])
def test_every_diagram_can_be_drawn(text: str, pattern: str) -> None:
    diagrams = diagrams_of(readme(text, pattern))

    assert diagrams
    for diagram in diagrams:
        for line in diagram:
            assert LINE.fullmatch(line), line
            assert line == "end" or not OWN_WORDS.search(re.sub(r'"[^"]*"|^subgraph', "", line)), line


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_table_has_the_same_columns_in_each_row(pattern: str) -> None:
    for table in tables_of(readme(SHOP, pattern)):
        assert len({row.count("|") for row in table}) == 1, table


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_step_is_told_with_its_refusals_and_its_undo(pattern: str) -> None:
    page = readme(SHOP, pattern)

    assert "1. `products.reserve`. It can be refused: `out_of_stock`. `products.release` undoes it.\n" in page


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_event_is_told_with_those_who_react(pattern: str) -> None:
    page = readme(SHOP, pattern)

    assert "| `order.confirmed` | `orders.confirm` is done | `order-mails.send` |\n" in page
    assert "| `stock.reserved` | `products.reserve` is done | `payments.charge` in checkout |\n" in page


def test_a_service_without_a_resource_has_no_path() -> None:
    page = readme(SHOP, PATTERNS[0])

    assert "| orders | `/orders` |" in page
    assert "| order-mails |  |" in page


def test_every_setting_is_told() -> None:
    page = readme(NOTEBOOK, PATTERNS[0])

    assert "| `DATABASE_URL` |" in page
    assert re.search(r"\| `OPERATOR_TOKEN` \| .*; secret \|", page)


def test_what_is_not_there_has_no_section() -> None:
    page = readme(NOTEBOOK, PATTERNS[0])

    assert "## Workflows" not in page
    assert "## Events" not in page
