"""Tests of the kit, a folder for each pack: `fastapi/brokers/nats` tests `templates/fastapi/brokers/nats`.

They are laid into a project side by side, as `tests/kit`, and use the fixtures of its `conftest.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.generated.recipes import Recipe, drafted, write

HERE = Path(__file__).parent
TEMPLATES = HERE.parents[1] / "templates"
PACKAGE = "acme"
"""What these tests call the package of the project."""

_NAME = re.compile(rf"\b{PACKAGE}\b(?=\.)")


def suites_of(recipe: Recipe) -> list[Path]:
    """The folders with tests of the packs that the project takes."""
    packs = drafted(recipe).plan.packs
    folders = [HERE / pack.folder.relative_to(TEMPLATES) for pack in packs]
    return [folder for folder in folders if folder.is_dir()]


def all_suites() -> set[Path]:
    """Every folder that holds tests."""
    return {file.parent for file in HERE.glob("*/**/test_*.py")}


def lay_suites(project: Path, package: str, suites: Iterable[Path]) -> Path:
    """Write the tests of these folders into the project; the folder that holds them."""
    target = project / "tests" / "kit"
    target.mkdir(exist_ok=True)
    (target / "__init__.py").touch()
    for file in (file for suite in suites for file in sorted(suite.glob("*.py"))):
        (target / file.name).write_text(_NAME.sub(package, file.read_text("utf-8")), "utf-8")
    return target


def written_with_suites(recipe: Recipe, folder: Path) -> Path:
    """The project in a new folder, with the tests of its kit."""
    write(recipe, folder)
    lay_suites(folder, drafted(recipe).spec.name.package, suites_of(recipe))
    return folder
