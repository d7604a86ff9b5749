"""The environment is made once, remade when it must be, and never in place of something else."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from blueprint.errors import MachineError
from blueprint.runtime.description import Environment
from blueprint.runtime.environment import prepare_environment, process_variables

WANTED = Environment(".venv", "requirements.lock", "src")


@contextmanager
def quiet(_text: str) -> Iterator[None]:
    yield


def prepared(project: Path) -> str:
    return prepare_environment(project, WANTED, quiet)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "requirements.lock").write_text("# nothing\n")
    return tmp_path


def test_the_environment_has_a_working_python(project: Path) -> None:
    printed = subprocess.run(
        [prepared(project), "-c", "print(6 * 7)"], capture_output=True, text=True, check=True
    )
    assert printed.stdout == "42\n"


def test_an_environment_that_fits_is_used_as_it_is(project: Path) -> None:
    prepared(project)
    (project / ".venv/mine").touch()
    prepared(project)
    assert (project / ".venv/mine").exists()


def test_changed_requirements_make_a_new_environment(project: Path) -> None:
    prepared(project)
    (project / ".venv/mine").touch()
    (project / "requirements.lock").write_text("# still nothing\n")
    prepared(project)
    assert not (project / ".venv/mine").exists()


def test_a_half_made_environment_is_made_again(project: Path) -> None:
    python = Path(prepared(project))
    (project / ".venv/blueprint-stamp").unlink()
    (python.parent / "activate").unlink()
    prepared(project)
    assert (python.parent / "activate").exists()


def test_a_folder_that_is_no_environment_is_left_alone(project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv/thesis.txt").write_text("years of work")
    with pytest.raises(MachineError, match="in the way"):
        prepared(project)
    assert (project / ".venv/thesis.txt").read_text() == "years of work"


def test_requirements_without_hashes_are_refused(project: Path) -> None:
    (project / "requirements.lock").write_text("typer==0.29.2\n")
    with pytest.raises(MachineError, match="cannot install"):
        prepared(project)


def test_missing_requirements_are_named(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot read requirements.lock"):
        prepared(tmp_path)


def test_missing_uv_is_said_with_the_way_to_get_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_args, **_options: None)
    with pytest.raises(MachineError) as caught:
        prepared(project)
    assert caught.value.problems[0].hint == 'pip install "backend-blueprint[local]"'


def test_processes_do_not_inherit_the_environment_of_the_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIRTUAL_ENV", "UV_PYTHON", "PYTHONHOME", "PYTHONPATH"):
        monkeypatch.setenv(name, "junk")
    monkeypatch.setenv("LANG", "C.UTF-8")
    variables = process_variables(Path("/project/src"))
    assert "junk" not in variables.values()
    assert variables["PYTHONPATH"] == "/project/src"
    assert variables["LANG"] == "C.UTF-8"
