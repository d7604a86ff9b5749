"""What can be said of every project without starting it."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import pytest
import yaml

from blueprint.tree import FileBlob
from tests.generated.recipes import PATTERNS, RECIPES, Recipe, drafted, tree_of

READERS: Mapping[str, Callable[[str], object]] = {
    ".py": lambda text: ast.parse(text, feature_version=(3, 11)),
    ".toml": tomllib.loads,
    ".json": json.loads,
    ".yaml": lambda text: yaml.CSafeLoader(text).get_single_data(),
    ".yml": lambda text: yaml.CSafeLoader(text).get_single_data(),
}
# A workflow's own ${{ }} is no Jinja, and neither are the doubled braces of an f-string.
TEMPLATE_MARKS = re.compile(r"(?<!\$)\{\{ |\{%|%\}| \}\}|\{#")

every_project = pytest.mark.parametrize("recipe", RECIPES, ids=str)


def texts(recipe: Recipe) -> dict[str, str]:
    return {path: blob.content.decode() for path, blob in tree_of(recipe).items()}


@every_project
def test_every_file_can_be_read_as_what_it_is(recipe: Recipe) -> None:
    for path, text in texts(recipe).items():
        READERS.get(PurePosixPath(path).suffix, str)(text)


@every_project
def test_nothing_of_a_template_is_left(recipe: Recipe) -> None:
    assert [path for path, text in texts(recipe).items() if TEMPLATE_MARKS.search(text)] == []


@every_project
def test_no_line_ends_in_white_space(recipe: Recipe) -> None:
    found = {path for path, text in texts(recipe).items() if re.search(r"[ \t\r]$", text, re.MULTILINE)}

    assert not found


@every_project
def test_a_file_ends_with_one_line_break(recipe: Recipe) -> None:
    odd = [path for path, text in texts(recipe).items() if text and not re.search(r"[^\n]\n\Z", text)]

    assert odd == []


@pytest.mark.parametrize("pattern", PATTERNS[1:])
@pytest.mark.parametrize("source", sorted({recipe.source for recipe in RECIPES}))
def test_services_are_the_same_in_all_patterns(source: str, pattern: str) -> None:
    one, other = (service_files(Recipe(source, each)) for each in (PATTERNS[0], pattern))

    assert one
    assert one == other


@pytest.mark.parametrize("pattern", PATTERNS[1:])
@pytest.mark.parametrize("source", sorted({recipe.source for recipe in RECIPES}))
def test_what_is_the_users_is_the_same_in_all_patterns(source: str, pattern: str) -> None:
    one, other = (users_files(Recipe(source, each)) for each in (PATTERNS[0], pattern))

    assert one == other


def service_files(recipe: Recipe) -> dict[str, FileBlob]:
    """Every file in the folder of a service."""
    spec = drafted(recipe).spec
    folders = tuple(f"src/{spec.name.snake}/{service.name.snake}/" for service in spec.services)
    return {path: blob for path, blob in tree_of(recipe).items() if path.startswith(folders)}


def users_files(recipe: Recipe) -> dict[str, FileBlob]:
    """Every file that the user owns, but the spec: it names the pattern."""
    tree = tree_of(recipe)
    return {path: blob for path, blob in tree.items() if blob.seeded and path != "blueprint.yaml"}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_where_nothing_is_told_there_is_nothing_about_events(pattern: str) -> None:
    paths = [
        path
        for path in tree_of(Recipe("one-service", pattern))
        if "event_data" in path or "docs/events" in path
    ]

    assert paths == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_how_versions_become_each_other_is_the_users_and_what_they_hold_follows_the_spec(
    pattern: str,
) -> None:
    tree = tree_of(Recipe("versions", pattern))
    seeded = {path.rpartition("/")[2]: blob.seeded for path, blob in tree.items() if "event_data" in path}

    assert seeded == {
        "__init__.py": False,
        "shapes.py": False,
        "order_paid_v2.py": True,
        "order_placed_v2.py": True,
        "order_placed_v4.py": True,
    }
