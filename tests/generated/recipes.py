"""The projects that are checked as products: each a spec, in a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.cli.drafting import Draft, Wishes, draft
from blueprint.render.renderer import render
from blueprint.tree import Tree
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination

_SPECS = Path(__file__).with_name("specs")
_STACK = "fastapi"
_CATALOG = load_catalog()

PATTERNS = [pack.id for pack in _CATALOG.offers("pattern", _STACK)]
PRESETS = [pack.id for pack in _CATALOG.offers("preset", _STACK)]
SPECS = sorted(file.stem for file in _SPECS.glob("*.yaml"))


@dataclass(frozen=True, slots=True)
class Recipe:
    """A project to be: the name of a preset or of a file under `specs`, and a pattern."""

    source: str
    pattern: str

    def __str__(self) -> str:
        return f"{self.source}-{self.pattern}"

    @property
    def is_handwritten(self) -> bool:
        """Whether its services have code of their own, beyond the default that follows from the spec."""
        return self.source == "e-commerce"


RECIPES = [Recipe(*pair) for pair in product((*PRESETS, *SPECS), PATTERNS)]
GOLDENS = [*(Recipe("e-commerce", pattern) for pattern in PATTERNS), Recipe("depot", "monolith")]


@cache
def drafted(recipe: Recipe) -> Draft:
    """Its spec and its plan."""
    if recipe.source in PRESETS:
        wishes = Wishes("shop", recipe.pattern, _STACK, preset=recipe.source)
    else:
        wishes = Wishes(pattern=recipe.pattern, stack=_STACK, spec=_SPECS / f"{recipe.source}.yaml")
    return draft(wishes, _CATALOG)


@cache
def tree_of(recipe: Recipe) -> Tree:
    """All its files."""
    return render(drafted(recipe).plan)


def write(recipe: Recipe, folder: Path) -> None:
    """Put it on the disk as `blueprint new` does, without a commit."""
    create_project(tree_of(recipe), check_destination(folder), __version__, git=False)
