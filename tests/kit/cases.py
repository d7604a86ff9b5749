"""The projects in which tests of the kit run, and which of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_path

from tests.generated.recipes import GOLDENS, Recipe
from tests.kit.suites import suites_of

PROGRAMS = f"{get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
"""A PATH with the servers that wheels bring."""
SHOP = "e-commerce"
TRACED = Recipe(SHOP, "microservices", discovery="eureka", tracing="opentelemetry")
"""Spans are written in modules that every project has: there all tests run once more."""
ADAPTERS = [
    Recipe(SHOP, "monolith", tracing="opentelemetry"),
    Recipe(SHOP, "microservices", discovery="dns"),
    Recipe(SHOP, "event-driven", broker="kafka", tracing="opentelemetry"),
    Recipe(SHOP, "event-driven", broker="nats"),
    Recipe(SHOP, "event-driven", broker="pubsub"),
    Recipe(SHOP, "event-driven", broker="sqs"),
    Recipe("kinds", "monolith"),
]
"""Only what no golden has is tested there."""
POSTGRESQL = Recipe(SHOP, "event-driven", database="postgresql")
"""All tests run there on a server, in tests/databases."""


@dataclass(frozen=True, slots=True)
class Case:
    """A project, and the folders of tests that run in it."""

    recipe: Recipe
    suites: tuple[Path, ...]

    @property
    def files(self) -> list[str]:
        """The files of tests, by their paths in the project."""
        return [f"tests/kit/{file.name}" for suite in self.suites for file in sorted(suite.glob("test_*.py"))]

    def __str__(self) -> str:
        return str(self.recipe)


def cases() -> Iterator[Case]:
    """Every golden with all tests of its packs, then each adapter once."""
    of_goldens = {suite for recipe in GOLDENS for suite in suites_of(recipe)}
    for recipe in (*GOLDENS, TRACED):
        yield Case(recipe, tuple(suites_of(recipe)))
    for recipe in ADAPTERS:
        yield Case(recipe, tuple(suite for suite in suites_of(recipe) if suite not in of_goldens))
