"""Comparisons to be tested: the worked scenarios of the docs, and none at all."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from blueprint.knowledge.base import KnowledgeBase, load_knowledge_base
from blueprint.knowledge.comparison import Comparison, Request, compare
from blueprint.knowledge.needs import Load, Needs, read_needs
from blueprint.knowledge.prices import own_prices
from blueprint.report.comparing.formats import Setting

FOLDER = Path(__file__).parents[2] / "docs/explanation/scenarios"
SCENARIOS = tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))
SETTING = Setting(frozenset({"broker/embedded", "discovery/static"}), date(2026, 11, 22))


@cache
def base() -> KnowledgeBase:
    return load_knowledge_base()


def needs_of(scenario: str) -> Needs:
    """The needs of a scenario; of none, where it has no name."""
    if not scenario:
        return Needs()
    file = FOLDER / f"{scenario}.yaml"
    return read_needs(file.read_bytes(), file.name, base(), Load())


@cache
def comparison(scenario: str = "", rate: float | None = None, problem: str | None = None) -> Comparison:
    """A scenario compared."""
    return compare(Request(needs_of(scenario), own_prices(), (), rate, problem), base())


def compared(needs: Needs, *patterns: str) -> Comparison:
    return compare(Request(needs, own_prices(), patterns), base())


def answered(**answers: str) -> Needs:
    return replace(Needs(), answers=answers)
