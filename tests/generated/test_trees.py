"""What can be said of every project without starting it."""

from __future__ import annotations

import pytest

from blueprint.tree import FileBlob
from tests.generated.flaws import flaws
from tests.generated.recipes import PATTERNS, RECIPES, Recipe, service_files, tree_of


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_no_file_has_a_flaw(recipe: Recipe) -> None:
    assert [flaw for path, blob in tree_of(recipe).items() for flaw in flaws(path, blob.content)] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "def a(:\n"),
        ("a.py", "a = 1 \n"),
        ("a.toml", "a =\n"),
        ("a.json", "{\n"),
        ("a.yaml", "a: [\n"),
        ("a.md", "{{ service }}\n"),
        ("a.md", "a"),
        ("a.md", "a\n\n"),
    ],
)
def test_a_flaw_is_seen(path: str, text: str) -> None:
    assert len(flaws(path, text.encode())) == 1


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
