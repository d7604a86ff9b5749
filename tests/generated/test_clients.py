"""Clients that are generated from docs/openapi.json lack nothing, and understand what goes wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from blueprint.runtime.tools import locate
from tests.conftest import copy_of
from tests.generated.containers import lay
from tests.generated.recipes import Recipe, different
from tests.generated.workshop import Workshop, output
from tests.support.system import System

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("combinations")]

DOCUMENT = "docs/openapi.json"
LOCK = Path(__file__).with_name("clients") / "requirements.lock"
ASK = """
import sys
from client import Client
from client.api.drivers import drivers_create
from client.models import NewDriver, Problem

answer = drivers_create.sync_detailed(client=Client(sys.argv[1]), body=NewDriver(name="Ada", level=0))
assert answer.status_code == 422 and isinstance(answer.parsed, Problem), answer
print(*(error.field for error in answer.parsed.errors))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of an environment that has the generator of clients."""
    folder = tmp_path_factory.mktemp("clients") / "venv"
    output([locate("uv"), "venv", "--quiet", "--python", sys.executable, str(folder)], folder.parent)
    python = str(folder / "bin/python")
    install = [
        locate("uv"),
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "--require-hashes",
        "-r",
        str(LOCK),
    ]
    output(install, folder.parent)
    return python


def client_of(document: Path, python: str) -> Path:
    """The folder of a client; AssertionError where the generator has to leave anything out."""
    folder = document.parent / "client"
    generator = Path(python).with_name("openapi-python-client")
    ways = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))  # it formats with ruff
    done = subprocess.run(
        [
            generator,
            "generate",
            "--meta=none",
            "--fail-on-warning",
            f"--path={document}",
            f"--output-path={folder}",
        ],
        env={**os.environ, "PATH": ways},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and "arning" not in done.stdout, done.stdout + done.stderr
    return folder


@pytest.mark.long
def test_a_client_of_every_document_lacks_nothing(python: str, tmp_path: Path) -> None:
    found = list(different(DOCUMENT))
    assert len(found) > 5
    for recipe, tree in found:
        client_of(lay(tree, tmp_path / str(recipe), DOCUMENT) / DOCUMENT, python)


def test_a_client_understands_what_is_wrong_with_a_request(
    python: str, workshop: Workshop, tmp_path: Path
) -> None:
    project = tmp_path / "depot"
    copy_of(workshop.startable(Recipe("depot", "monolith")), project)
    client = client_of(project / DOCUMENT, python)
    with System(project, tmp_path / "log") as system:
        assert output([python, "-c", ASK, system.url], client.parent).split() == ["level"]
