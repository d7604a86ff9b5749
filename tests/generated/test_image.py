"""What the Dockerfile does, done in a folder: a process starts from it, and writes nothing but its data."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from blueprint.runtime.ports import free_ports
from blueprint.runtime.tools import locate
from tests.generated.containers import instructions, lay
from tests.generated.recipes import PATTERNS, Recipe, drafted, tree_of
from tests.generated.workshop import output
from tests.support.system import eventually

pytestmark = pytest.mark.slow

PORT = "8000"


class Image:
    """What would be in the image of this project, in `folder`."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        self.root, self.data = folder / "app", folder / "data"
        lay(tree_of(recipe), self.root, "requirements.lock", "src/", "docs/openapi.json")
        for tests in [*self.root.glob("src/**/tests")]:
            shutil.rmtree(tests)
        self.data.mkdir()
        self.dockerfile = tree_of(recipe)[
            next(p for p in tree_of(recipe) if p == "Dockerfile")
        ].content.decode()
        tools = f"{Path(locate('uv')).parent}:{Path(sys.executable).parent}:{os.defpath}"
        self._build({**os.environ, "PATH": tools, "UV_COMPILE_BYTECODE": "1", "UV_LINK_MODE": "copy"})

    def _build(self, env: Mapping[str, str]) -> None:
        without_venv = {name: value for name, value in env.items() if name != "VIRTUAL_ENV"}
        for command in [line for line in instructions(self.dockerfile, "RUN") if "/data" not in line]:
            output(["sh", "-euc", command], self.root, without_venv)

    def files(self) -> set[str]:
        return {
            str(Path(at, name).relative_to(self.root))
            for at, _, names in os.walk(self.root)
            for name in names
        }

    def command(self, word: str) -> list[str]:
        [line] = instructions(self.dockerfile, word)
        words: list[str] = json.loads(line[line.index("[") :])
        return words


@pytest.fixture(scope="module", params=PATTERNS)
def image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Image:
    return Image(Recipe("depot", request.param), tmp_path_factory.mktemp("image"))


def test_it_holds_the_code_and_what_that_needs(image: Image) -> None:
    top = {path.split("/")[0] for path in image.files()}

    assert top == {".venv", "src", "requirements.lock", "docs"}
    assert not [path for path in image.files() if "/_pytest/" in path or path.startswith("src/tests/")]


def test_a_process_is_healthy_and_writes_nothing_but_its_data(
    image: Image, request: pytest.FixtureRequest
) -> None:
    [port] = map(str, free_ports(1))
    recipe = Recipe("depot", request.node.callspec.params["image"])
    deployable = drafted(recipe).plan.deployables[0].name.snake
    env = {
        "PATH": f"{image.root}/.venv/bin:{os.defpath}",
        "PYTHONPATH": f"{image.root}/src",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": f"sqlite:///{image.data}/depot.db",
        "BROKER_URL": f"sqlite:///{image.data}/broker.db",
        "DISCOVERY_URL": "static:?",
        "OPENAPI_FILE": "docs/openapi.json",
        "OPERATOR_TOKEN": "a-token-that-is-made-up",
    }
    before = image.files()
    command = [
        word.replace("0.0.0.0", "127.0.0.1").replace(PORT, port) for word in image.command("ENTRYPOINT")
    ]
    check = [word.replace(PORT, port) for word in image.command("HEALTHCHECK")]
    process = subprocess.Popen(
        [*command, f"depot.entrypoints.{deployable}:create_app"], cwd=image.root, env=env
    )
    try:
        eventually(
            lambda: subprocess.run(check, env=env, capture_output=True).returncode == 0, 30, "it is healthy"
        )
    finally:
        process.terminate()

        assert process.wait(30) is not None
    assert image.files() == before
    assert (image.data / "depot.db").exists()
