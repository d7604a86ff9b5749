"""The JSON Schema of blueprint.yaml takes what the tool takes, and finds what an editor can find."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from blueprint.catalog.load import load_catalog
from blueprint.plan.schema import schema_text
from blueprint.spec.document import read_document
from blueprint.spec.nodes import Items, Node, Table

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reference/spec.md").read_text("utf-8")
SPECS = sorted(
    [
        *(ROOT / "tests/generated/specs").glob("*.yaml"),
        *(ROOT / "templates").glob("**/presets/*/spec.yaml"),
        *(ROOT / "tests/goldens").glob("*/blueprint.yaml"),
    ]
)
SCHEMA: dict[str, Any] = json.loads(schema_text(load_catalog(), "fastapi"))
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)

HEAD = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\n"
SHOP = f"{HEAD}services:\n  orders:\n    resource: {{total: money}}\n    actions: {{pay: {{}}}}\n"
WRONG = {
    "an unknown key": f"{SHOP}colour: red\n",
    "no services": HEAD,
    "a service without a body of keys": f"{HEAD}services: {{orders: [1]}}\n",
    "a list of services": f"{HEAD}services: [orders]\n",
    "no name": SHOP.replace("name: shop\n", ""),
    "another version": SHOP.replace("version: 1", "version: 2"),
    "an unknown pattern": SHOP.replace("monolith", "lambda"),
    "an unknown broker": f"{SHOP}broker: rabbit\n",
    "a project in capitals": SHOP.replace("name: shop", "name: Shop"),
    "a service in snake case": SHOP.replace("orders:", "order_items:"),
    "a name that is too long": SHOP.replace("orders:", f"{'o' * 41}:"),
    "a key of a service that is misspelt": SHOP.replace("resource", "resources"),
    "a field with a word too many": SHOP.replace("money", "money maybe"),
    "a field without a type": SHOP.replace("money", ""),
    "a field with a limit of another kind": SHOP.replace("money", '"money ~ 3"'),
    "a currency in small letters": SHOP.replace("money", "money(eur)"),
    "a decimal of which it is open how many digits are after the point": SHOP.replace("money", "decimal(9)"),
    "a range without an end": SHOP.replace("money", "money 1.."),
    "a list of lists": SHOP.replace("money", '"list[list[str]]"'),
    "a field in kebab case": SHOP.replace("total:", "to-tal:"),
    "an action with an unknown key": SHOP.replace("pay: {}", "pay: {output: {}}"),
    "an action that is external by chance": SHOP.replace("pay: {}", "pay: {external: perhaps}"),
    "reasons that are no list": SHOP.replace("pay: {}", "pay: {refuses: no_money}"),
    "an event of one word": f"{SHOP}    publishes: {{pay: paid}}\n",
    "no event": f"{SHOP}    publishes: {{pay: []}}\n",
    "a reaction to no event": f"{SHOP}    reacts_to: {{paid: pay}}\n",
    "a setting of an unknown type": f"{SHOP}    settings: {{limit: number}}\n",
    "a job without a unit": f"{SHOP}    jobs: {{pay: every 10}}\n",
    "a job in a zone of its own": f"{SHOP}    jobs: {{pay: at '0 3 * * *' CET}}\n",
    "a workflow without an end": f"{SHOP}workflows: {{buy: {{starts: orders.created}}}}\n",
    "a workflow without steps": f"{SHOP}workflows:\n  buy: {{starts: orders.created, steps: [], "
    "success: orders.pay, failure: orders.pay}\n",
    "a workflow that starts at an action": f"{SHOP}workflows:\n  buy: {{starts: orders.paid, "
    "steps: [orders.pay], success: orders.pay, failure: orders.pay}\n",
    "a port out of range": f"{SHOP}run: {{port: 65536}}\n",
    "a key of run that is unknown": f"{SHOP}run: {{host: localhost}}\n",
    "a type without fields": f"{SHOP}types: {{line: {{}}}}\n",
}


def as_an_editor_reads(text: str) -> object:
    """The values that a YAML 1.2 parser gives for what a spec can hold."""
    return _value(read_document(text, "blueprint.yaml").root)


def _value(node: Node) -> object:
    if isinstance(node, Table):
        return {entry.key.value: _value(entry.value) for entry in node.entries}
    if isinstance(node, Items):
        return [_value(value) for value in node.values]
    if node.blank:
        return None
    words: dict[str, object] = {"true": True, "false": False}
    return int(node.value) if node.value.isdigit() else words.get(node.value, node.value)


def test_it_is_a_schema_itself() -> None:
    jsonschema_rs.meta.validate(SCHEMA)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_takes_every_spec(path: Path) -> None:
    text = path.read_text("utf-8")
    header = "".join(
        f"{key}: {value}\n"
        for key, value in (("name", "shop"), ("pattern", "monolith"), ("stack", "fastapi"))
        if f"\n{key}:" not in f"\n{text}"
    )

    VALIDATOR.validate(as_an_editor_reads(header + text))


def test_it_takes_the_specs_of_the_reference() -> None:
    blocks = [block.partition("```")[0] for block in PAGE.split("```yaml\n")[1:]]
    whole = [block for block in blocks if block.startswith("version: 1")]

    assert len(whole) >= 2
    for block in whole:
        VALIDATOR.validate(as_an_editor_reads(block))


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_it_finds(text: str) -> None:
    VALIDATOR.validate(as_an_editor_reads(SHOP))

    assert not VALIDATOR.is_valid(as_an_editor_reads(text))
