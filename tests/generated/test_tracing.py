"""Who does not ask for spans has nothing of them; who asks for them later has the same as who did at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.tree import RelPath
from tests.generated.recipes import PATTERNS, Recipe, tree_of

every_pattern = pytest.mark.parametrize("pattern", PATTERNS)


def files(folder: Path) -> dict[str, bytes]:
    """All files of a project but what the tool keeps about it."""
    found = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
    return {name: content for name, content in named.items() if not name.startswith(".blueprint/")}


def new(folder: Path, pattern: str, *flags: str) -> Path:
    assert run(["new", "shop", "-p", pattern, "-y", "--no-git", "-o", str(folder), *flags]) == 0
    return folder


@every_pattern
def test_nothing_of_it_is_in_a_project_that_did_not_ask(pattern: str) -> None:
    tree = tree_of(Recipe("e-commerce", pattern))

    found = {str(path) for path, blob in tree.items() if b"opentelemetry" in blob.content.lower()}

    # FastAPI itself depends on the API, which does nothing without the SDK.
    assert found <= {"requirements.lock", "requirements-dev.lock", ".blueprint/blueprint.schema.json"}
    assert b"opentelemetry-sdk" not in tree[RelPath("requirements.lock")].content


@every_pattern
def test_a_project_can_ask_for_it_later_and_change_its_mind(pattern: str, tmp_path: Path) -> None:
    with_it = new(tmp_path / "with", pattern, "--tracing", "opentelemetry")
    project = new(tmp_path / "shop", pattern)
    without_it, spec = files(project), project / "blueprint.yaml"

    spec.write_bytes((with_it / "blueprint.yaml").read_bytes())
    assert run(["sync", str(project)]) == 0
    assert files(project) == files(with_it)

    spec.write_bytes(without_it["blueprint.yaml"])
    assert run(["sync", str(project)]) == 0
    assert files(project) == without_it
