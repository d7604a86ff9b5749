"""A small catalogue of packs that have nothing to do with the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from blueprint.catalog.load import catalog_of
from blueprint.catalog.model import Catalog
from blueprint.plan.model import Plan
from blueprint.plan.planner import make_plan
from blueprint.spec.load import load_spec

Packs = dict[str, dict[str, str]]

SPEC = """\
version: 1
name: web-shop
pattern: many
stack: toy
services:
  products:
    resource: {name: str}
  order-items:
    resource: {amount: int}
"""


def manifest(kind: str, id: str, more: str = "") -> str:
    """The text of a pack.yaml; `more` is further lines of it."""
    return f"kind: {kind}\nid: {id}\ntitle: {id.title()}\nsummary: a {kind}\n{more}"


def write_packs(root: Path, packs: Mapping[str, Mapping[str, str]]) -> Path:
    """Writes files by the folder of their pack and their path in it; those that say the same already stay."""
    for folder, files in packs.items():
        for path, text in files.items():
            file = root / folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                file.write_text(text, encoding="utf-8")
    return root


def toy_packs() -> Packs:
    """A stack, a pattern with one process and one with many, and a file as database and as broker."""
    return {
        "base": {"pack.yaml": manifest("base", "base")},
        "stack": {"pack.yaml": manifest("stack", "toy")},
        "one": {"pack.yaml": manifest("pattern", "one", "deployables: one\nports: [database]\n")},
        "many": {
            "pack.yaml": manifest("pattern", "many", "deployables: per-service\nports: [database, broker]\n")
        },
        "file": {"pack.yaml": manifest("database", "file", "default: true\n")},
        "log": {"pack.yaml": manifest("broker", "log", "default: true\n")},
    }


def toy_catalog(root: Path, packs: Mapping[str, Mapping[str, str]]) -> Catalog:
    """The catalogue of these packs, written below the folder."""
    return catalog_of([write_packs(root, packs)])


def toy_plan(root: Path, packs: Mapping[str, Mapping[str, str]], spec: str = SPEC) -> Plan:
    """The plan of a spec with these packs."""
    return make_plan(load_spec(spec, "blueprint.yaml"), toy_catalog(root, packs), spec)
