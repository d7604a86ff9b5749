"""All that is written, replaced, linked or removed goes through `blueprint.disk`."""

from __future__ import annotations

from pathlib import Path

import pytest

import blueprint
from tests.unit.disk.writes import modules, starts, writes

PACKAGE = Path(blueprint.__file__).parent
DISK = PACKAGE / "disk"

PROGRAMS = {
    "cli/pack_testing.py": "pytest with the suite of the brokers, in scratch folders",
    "cookiecutter/limited.py": "our own, in a scratch folder",
    "cookiecutter/sources.py": "git, into a scratch folder",
    "render/python_code.py": "ruff, in a scratch folder",
    "runtime/attached.py": "the project's own tests and linters, which the user asked for",
    "runtime/captured.py": "the project's own, which prints, with a scratch folder for its data",
    "runtime/dotenv.py": "the project's own, which prints",
    "runtime/foreground.py": "the project's own, which is what `run` is for",
    "runtime/guard.py": "our own, which signals",
    "runtime/port_holders.py": "lsof, which prints",
    "runtime/process.py": "the project's own, which is what `run` is for",
    "runtime/uv.py": "uv, into a folder that was opened and emptied for it, or a scratch folder",
    "runtime/watchdog.py": "ps, which prints",
    "workspace/git.py": "git, in a stage that was opened for it, else to read",
}
"""What is started, and where it may write."""


def test_nothing_else_changes_what_is_on_the_disk() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{each}"
        for path in modules(PACKAGE)
        if DISK not in path.parents
        for each in writes(path.read_text())
    ]

    assert found == []


def test_it_is_known_which_programs_are_started_and_where_they_write() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix() for path in modules(PACKAGE) if any(starts(path.read_text()))
    }

    assert found == set(PROGRAMS)


def test_the_package_itself_writes() -> None:
    assert [path.name for path in modules(DISK) if any(writes(path.read_text()))] == [
        "folder.py",
        "temporary.py",
    ]


@pytest.mark.parametrize(
    "code",
    [
        "open(path, 'w')",
        "open(path, mode='ab')",
        "open(path, 'r+')",
        "open(path, mode)",
        "open(path, opener=f, mode='xb')",
        "path.open('w')",
        "path.open(mode)",
        "(folder / 'x').open(mode='x')",
        "io.open(path, 'w')",
        "path.write_text('')",
        "Path('x').write_bytes(b'')",
        "path.replace(target)",
        "path.rename(target)",
        "path.unlink(missing_ok=True)",
        "path.touch()",
        "path.mkdir(parents=True)",
        "path.symlink_to(target)",
        "path.hardlink_to(target)",
        "path.chmod(0o600)",
        "folder.rmdir()",
        "os.open(path, os.O_WRONLY)",
        "os.open(path, os.O_RDONLY | os.O_CREAT)",
        "os.replace(a, b)",
        "os.remove(a)",
        "os.truncate(a, 0)",
        "os.system('rm x')",
        "map(os.unlink, paths)",
        "os.makedirs(a)",
        "shutil.rmtree(a)",
        "shutil.copy(a, b)",
        "tempfile.mkdtemp()",
        "tempfile.NamedTemporaryFile()",
        "sqlite3.connect(path)",
        "archive.extractall(into)",
        "from os import unlink",
        "from os import open",
        "from shutil import rmtree",
        "from tempfile import mkstemp",
        "import os as system",
        "logging.FileHandler('x')",
    ],
)
def test_every_way_to_write_is_found(code: str) -> None:
    assert list(writes(f"import os\n{code}\n"))


@pytest.mark.parametrize(
    "code",
    [
        "open(path)",
        "open(path, 'rb')",
        "path.open('rb', newline='')",
        "path.open()",
        "text.replace('a', 'b')",
        "replace(struct, a=1)",
        "folder.replace('a', content)",
        "os.open(path, os.O_RDONLY | os.O_DIRECTORY)",
        "os.open(os.devnull, os.O_RDWR)",
        "folder.open(name, os.O_RDWR | os.O_CREAT, 0o600)",
        "shutil.which('git')",
        "sqlite3.connect(':memory:')",
        "from os import fspath",
        "os.path.join(a, b)",
        "folder.remove_file(a)",
    ],
)
def test_what_reads_or_goes_through_the_package_is_not(code: str) -> None:
    assert list(writes(f"import os\n{code}\n")) == []


@pytest.mark.parametrize("code", ["subprocess.run(a)", "from subprocess import Popen", "f(subprocess.Popen)"])
def test_programs_that_are_started_are_found(code: str) -> None:
    assert list(starts(code))
