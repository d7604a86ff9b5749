"""The environment is made once, remade when it must be, and never in place of something else."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from blueprint.disk.faults import LinkInTheWay
from blueprint.errors import MachineError
from blueprint.runtime.description import Environment
from blueprint.runtime.environment import OWN, prepare_environment, process_variables

WANTED = Environment(OWN, "requirements.lock", "src")
OF_EARLIER_VERSIONS = Environment(".venv", "requirements.lock", "src")


@contextmanager
def quiet(_text: str) -> Iterator[None]:
    yield


def prepared(project: Path, wanted: Environment = WANTED) -> str:
    return prepare_environment(project, wanted, quiet)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "requirements.lock").write_text("# nothing\n")
    return tmp_path


def test_the_environment_has_a_working_python(project: Path) -> None:
    printed = subprocess.run(
        [prepared(project), "-c", "print(6 * 7)"], capture_output=True, text=True, check=True
    )
    assert printed.stdout == "42\n"


def packed(folder: Path, **files: bytes) -> str:
    """A wheel with these modules, as a line of a requirements file that has its hash."""
    wheel = folder / "thing-1.0-py3-none-any.whl"
    files = {f"{name}.py": content for name, content in files.items()}
    inside = {
        **files,
        "thing-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n",
        "thing-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,{len(content)}\n" for name, content in inside.items())
    with ZipFile(wheel, "w") as archive:
        for name, content in (inside | {"thing-1.0.dist-info/RECORD": record.encode()}).items():
            archive.writestr(name, content)
    return f"thing @ {wheel.as_uri()} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture
def with_package(project: Path) -> Path:
    (project / "requirements.lock").write_text(packed(project, one=b"x = 1\n", two=b"x = 2\n"))
    prepared(project)
    (project / OWN / "mark").touch()
    return project


def is_made_anew(project: Path, wanted: Environment = WANTED) -> bool:
    """Whether another start makes it anew; it then has all of its packages."""
    python = prepared(project, wanted)
    assert subprocess.run([python, "-c", "import one, two"], check=False).returncode == 0
    return not (project / OWN / "mark").exists()


def packages_of(project: Path) -> Path:
    [found] = (project / OWN).glob("lib/python*/site-packages")
    return found


def _remove_a_package(project: Path) -> None:
    for path in packages_of(project).glob("thing-1.0.dist-info/*"):
        path.unlink()


def _add_a_package(project: Path) -> None:
    (packages_of(project) / "more-1.0.dist-info").mkdir()
    (packages_of(project) / "more-1.0.dist-info/RECORD").write_text("")


def _change_the_lock(project: Path) -> None:
    with (project / "requirements.lock").open("a") as lock:
        lock.write("# another comment\n")


FAULTS = {
    "the lock has changed": _change_the_lock,
    "a module is gone": lambda project: (packages_of(project) / "two.py").unlink(),
    "a module is cut off": lambda project: (packages_of(project) / "two.py").write_bytes(b""),
    "a package was uninstalled": _remove_a_package,
    "a package was added": _add_a_package,
    "all packages are gone": lambda project: shutil.rmtree(project / OWN / "lib"),
    "the Python is gone": lambda project: (project / OWN / "bin/python").unlink(),
    "its making was interrupted": lambda project: (project / OWN / "blueprint-stamp").write_text(""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_environment_that_is_not_as_its_lock_says_is_made_anew(fault: str, with_package: Path) -> None:
    FAULTS[fault](with_package)

    assert is_made_anew(with_package)
    (with_package / OWN / "mark").touch()
    assert not is_made_anew(with_package)


def test_an_environment_that_fits_is_used_as_it_is(with_package: Path) -> None:
    (packages_of(with_package) / "__pycache__").mkdir(exist_ok=True)
    (packages_of(with_package) / "__pycache__/one.pyc").touch()

    assert not is_made_anew(with_package)


@pytest.mark.parametrize("stamp", [None, "0123"], ids=["of a developer", "of an earlier version"])
def test_the_environment_in_which_developers_work_is_never_touched(stamp: str | None, project: Path) -> None:
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/bin/pytest").write_text("mine")
    (project / ".venv/pyvenv.cfg").write_text("home = /usr/bin\n")
    if stamp is not None:
        (project / ".venv/blueprint-stamp").write_text(stamp)
    before = {path: path.read_bytes() for path in (project / ".venv").rglob("*") if path.is_file()}

    for wanted in (WANTED, OF_EARLIER_VERSIONS):
        assert Path(prepared(project, wanted)) == project / OWN / "bin/python"

    assert {path: path.read_bytes() for path in (project / ".venv").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("file", ["pyvenv.cfg", "thesis.txt"])
def test_what_somebody_else_made_is_left_alone(file: str, project: Path) -> None:
    (project / OWN).mkdir(parents=True)
    (project / OWN / file).write_text("years of work")
    with pytest.raises(MachineError, match="already exists"):
        prepared(project)
    assert (project / OWN / file).read_text() == "years of work"


def test_an_environment_that_another_place_lends_stays_as_it_is(project: Path) -> None:
    lent = Path(prepared(project)).parents[1].rename(project / "lent")
    (project / OWN).symlink_to(lent, target_is_directory=True)
    prepared(project)
    assert (project / OWN).is_symlink()

    _change_the_lock(project)
    prepared(project)

    assert not (project / OWN).is_symlink()
    assert (lent / "bin/python").exists()


def test_no_environment_is_made_through_a_link(project: Path) -> None:
    (project / "outside/venv").mkdir(parents=True)
    (project / "outside/venv/blueprint-stamp").write_text("of another project")
    (project / ".blueprint").symlink_to("outside")

    with pytest.raises(LinkInTheWay):
        prepared(project)

    assert [path.name for path in (project / "outside/venv").iterdir()] == ["blueprint-stamp"]


def test_git_leaves_the_environment_out(project: Path) -> None:
    prepared(project)
    assert (project / OWN / ".gitignore").read_text() == "*"


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
