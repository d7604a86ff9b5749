"""docs/asyncapi.json is valid by the word of the official parser."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprint.runtime.tools import locate
from blueprint.tree import RelPath
from tests.generated.recipes import RECIPES, tree_of
from tests.generated.workshop import output

pytestmark = pytest.mark.slow

Complaints = Callable[..., str]


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> Complaints:
    """What the parser has against the documents in these files; locked in the folder `asyncapi`."""
    folder = tmp_path_factory.mktemp("npm") / "asyncapi"
    shutil.copytree(Path(__file__).with_name("asyncapi"), folder)
    output([locate("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    return lambda *files: output([locate("node"), "check.mjs", *map(str, files)], folder)


def test_every_document_is_valid(complaints: Complaints, tmp_path: Path) -> None:
    files = {tmp_path / f"{recipe}.json": tree_of(recipe) for recipe in RECIPES}
    for file, tree in files.items():
        file.write_bytes(tree[RelPath("docs/asyncapi.json")].content)

    assert complaints(*files) == ""


def test_a_document_that_is_not_valid_is_seen(complaints: Complaints, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"asyncapi": "3.0.0", "info": {"title": "no version"}}')

    assert "version" in complaints(wrong)
