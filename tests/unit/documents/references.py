"""References inside a document."""

from __future__ import annotations

from typing import Any


def broken_references(document: Any) -> list[str]:
    """Those that lead nowhere."""
    return sorted(
        reference for reference in references_in(document) if not _leads_somewhere(reference, document)
    )


def references_in(value: Any) -> set[str]:
    """All references below the value."""
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(references_in, value.values()))
    return set().union(*map(references_in, value)) if isinstance(value, list) else set()


def _leads_somewhere(reference: str, document: Any) -> bool:
    part = document
    for key in reference.removeprefix("#/").split("/"):
        if key not in part:
            return False
        part = part[key]
    return True
