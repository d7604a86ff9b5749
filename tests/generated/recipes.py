"""The projects that are checked as products: each a spec, in a pattern, with what else can be chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.catalog.model import CHOICES, Pack
from blueprint.cli.drafting import Draft, Options, draft
from blueprint.render.renderer import render
from blueprint.tree import FileBlob, Tree
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination

_SPECS = Path(__file__).with_name("specs")
_STACK = "fastapi"
_CATALOG = load_catalog()

PATTERNS = [pack.id for pack in _CATALOG.offers("pattern", _STACK)]
PRESETS = [pack.id for pack in _CATALOG.offers("preset", _STACK)]
SPECS = sorted(file.stem for file in _SPECS.glob("*.yaml"))


LONGEST_NAME = "x" + "-9" * 19 + "z"
HOSTILE_NAMES = (LONGEST_NAME, "a", "n-1", "on-2", "no", "null", "true")
"""Names of projects that are too long for somebody, or a number, a truth or nothing to a reader of YAML."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A project to be: the name of a preset or of a file under `specs`, a pattern, and other choices.

    A choice that is None is left to the tool, and the name to the file.
    """

    source: str
    pattern: str
    database: str | None = None
    broker: str | None = None
    discovery: str | None = None
    tracing: str | None = None
    auth: str | None = None
    name: str | None = None

    def __str__(self) -> str:
        return "-".join(filter(None, (self.source, self.pattern, *self.choices.values(), self.name)))

    @property
    def choices(self) -> dict[str, str | None]:
        """Kind to id."""
        return {kind: getattr(self, kind) for kind in CHOICES}

    @property
    def is_handwritten(self) -> bool:
        """Whether its services have code of their own, beyond the default that follows from the spec."""
        return self.source == "e-commerce"


def combinations(source: str, name: str | None = None) -> Iterator[Recipe]:
    """Every project that the choices of the catalogue can make of this spec."""
    for pattern in _CATALOG.offers("pattern", _STACK):
        kinds = [_auths(source) if kind == "auth" else _choices(kind, pattern) for kind in CHOICES]
        for chosen in product(*kinds):
            yield Recipe(source, pattern.id, **dict(zip(CHOICES, chosen, strict=True)), name=name)


def _choices(kind: str, pattern: Pack) -> list[str | None]:
    """What makes a difference: a default comes along unnamed, but with what is an option."""
    offers = _CATALOG.offers(kind, _STACK)
    if kind in pattern.options:
        return [None, *(pack.id for pack in offers)]
    return [None if pack.default else pack.id for pack in offers] if kind in pattern.ports else [None]


def _auths(source: str) -> list[str | None]:
    """A preset goes with some of them, and has the first of these by itself."""
    preset = _CATALOG.find("preset", source, _STACK)
    fitting = preset.auth if preset else ()
    return [None, *fitting[1:]] if fitting else [None, "oidc", "password"]


RECIPES = [Recipe(*pair) for pair in product((*PRESETS, *SPECS), PATTERNS)]
COMBINATIONS = [
    *(
        recipe
        for recipe in combinations("e-commerce")
        if not (recipe.auth and (recipe.broker or recipe.discovery))
    ),
    *(recipe for recipe in combinations("depot", LONGEST_NAME) if not (recipe.tracing or recipe.auth)),
]
HOSTILE = [Recipe("blank", pattern, name=name) for pattern, name in product(PATTERNS, HOSTILE_NAMES)]
ALL = [*dict.fromkeys((*RECIPES, *COMBINATIONS, *HOSTILE))]
GOLDENS = [*(Recipe("e-commerce", pattern) for pattern in PATTERNS), Recipe("depot", "monolith")]


@cache
def drafted(recipe: Recipe) -> Draft:
    """Its spec and its plan."""
    preset = recipe.source if recipe.source in PRESETS else None
    name = recipe.name or ("shop" if preset else None)
    file = None if preset else _SPECS / f"{recipe.source}.yaml"
    return draft(Options(name, recipe.pattern, _STACK, preset, file, **recipe.choices), _CATALOG)


@cache
def tree_of(recipe: Recipe) -> Tree:
    """All its files."""
    return render(drafted(recipe).plan)


def service_files(recipe: Recipe) -> dict[str, FileBlob]:
    """Every file in the folder of a service."""
    spec = drafted(recipe).spec
    folders = tuple(f"src/{spec.name.snake}/{service.name.snake}/" for service in spec.services)
    return {path: blob for path, blob in tree_of(recipe).items() if path.startswith(folders)}


def different(*paths: str) -> Iterator[tuple[Recipe, Tree]]:
    """All projects, but those whose files that begin with one of the paths are another one's, too."""
    seen = set()
    for recipe in ALL:
        tree = tree_of(recipe)
        files = tuple((path, blob.content) for path, blob in tree.items() if path.startswith(paths))
        if files not in seen:
            seen.add(files)
            yield recipe, tree


def write(recipe: Recipe, folder: Path) -> None:
    """Put it on the disk as `blueprint new` does, without a commit."""
    create_project(tree_of(recipe), check_destination(folder), __version__, git=False)
