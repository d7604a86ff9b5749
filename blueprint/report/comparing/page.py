"""A comparison as one HTML file."""

from __future__ import annotations

from blueprint.knowledge.comparison import Comparison
from blueprint.report.document import Document


def page(document: Document, comparison: Comparison) -> str:
    """The whole page."""
    return document.title + str(comparison.patterns)
