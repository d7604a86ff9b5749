"""docs/asyncapi.json is valid by the word of the official parser."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.generated.containers import lay
from tests.generated.recipes import different
from tests.generated.workshop import output
from tests.support.programs import require

pytestmark = [pytest.mark.slow, pytest.mark.needs("npm"), pytest.mark.xdist_group("combinations")]

DOCUMENT = "docs/asyncapi.json"

Complaints = Callable[..., str]


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> Complaints:
    """What the parser has against the documents in these files; locked in the folder `asyncapi`."""
    folder = tmp_path_factory.mktemp("npm") / "asyncapi"
    shutil.copytree(Path(__file__).with_name("asyncapi"), folder)
    output([require("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    return lambda *files: output(["node", "check.mjs", *map(str, files)], folder)


@pytest.mark.long
def test_every_document_is_valid(complaints: Complaints, tmp_path: Path) -> None:
    files = [lay(tree, tmp_path / str(recipe), DOCUMENT) / DOCUMENT for recipe, tree in different(DOCUMENT)]

    assert complaints(*files) == ""


def test_a_document_that_is_not_valid_is_seen(complaints: Complaints, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"asyncapi": "3.0.0", "info": {"title": "no version"}}')

    assert "version" in complaints(wrong)
