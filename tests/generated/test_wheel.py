"""What is installed writes what the checkout writes, on every Python that is here."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest

from blueprint.runtime.environment import process_variables
from blueprint.runtime.tools import locate
from tests.generated.workshop import output

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]
# The one that runs the tests, and whichever others pyenv has.
PYENV = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
PYTHONS = [sys.executable, *sorted(map(str, PYENV.glob("versions/3.1[2-4].*/bin/python")))]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    output([locate("uv"), "build", "--quiet", "--wheel", "--out-dir", str(folder)], CHECKOUT)
    [built] = folder.glob("*.whl")
    return built


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_every_template_is_in_the_wheel(wheel: Path) -> None:
    packed = {name.removeprefix("blueprint/_templates/") for name in zipfile.ZipFile(wheel).namelist()}

    assert contents(CHECKOUT / "templates").keys() <= packed


@pytest.mark.parametrize("python", PYTHONS)
def test_a_project_of_the_wheel_is_the_same_as_one_of_the_checkout(
    python: str, wheel: Path, tmp_path: Path
) -> None:
    new_shop(sys.executable, tmp_path / "expected")

    new_shop(installed(wheel, python, tmp_path / "environment"), tmp_path / "written")

    assert contents(tmp_path / "written") == contents(tmp_path / "expected")


def installed(wheel: Path, python: str, environment: Path) -> str:
    """The Python of an environment that holds the wheel, what it declares to need, and nothing else."""
    uv = [locate("uv"), "--quiet"]
    output([*uv, "venv", "--no-project", "--python", python, str(environment)], environment.parent)
    for command in (["install", str(wheel)], ["check"]):
        output([*uv, "pip", *command, "--python", str(environment)], environment.parent)
    return str(environment / "bin" / "python")


def new_shop(python: str, folder: Path) -> None:
    """Write a shop with the tool of this environment, from a folder that has nothing to do with it."""
    choices = ["-p", "event-driven", "-s", "fastapi", "--preset", "e-commerce", "--no-git", "-o", str(folder)]
    output([python, "-m", "blueprint", "new", "shop", *choices], Path("/"), process_variables(None))
