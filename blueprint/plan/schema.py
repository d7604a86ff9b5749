"""The JSON Schema of `blueprint.yaml` in a project, and the line with which editors find it."""

from __future__ import annotations

from blueprint.catalog.model import CHOICES, Catalog
from blueprint.documents.text import to_json
from blueprint.spec.json_schema import spec_schema
from blueprint.tree import RelPath

SCHEMA_FILE = RelPath(".blueprint/blueprint.schema.json")

_MARK = "# yaml-language-server:"
_LINE = f"{_MARK} $schema={SCHEMA_FILE}\n"


def schema_text(catalog: Catalog, stack: str) -> str:
    """The schema, with the packs of this stack as choices."""
    choices = {"stack": [pack.id for pack in catalog.offers("stack")]}
    choices |= {
        kind: [pack.id for pack in catalog.offers(kind, stack)] for kind in ("pattern", "preset", *CHOICES)
    }
    return to_json(spec_schema(choices))


def with_schema_line(source: str) -> str:
    """The text of a spec with the schema in its first line, unless it already has one."""
    return source if source.startswith(_MARK) or f"\n{_MARK}" in source else f"{_LINE}{source}"
