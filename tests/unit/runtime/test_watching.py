"""Which files of a project are watched, and at which cost."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blueprint.runtime.watching import Watcher


class Seen:
    """What a watcher told."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self.paths: set[str] = set()
        self.failures: list[str] = []

    def add(self, files: frozenset[Path]) -> None:
        self.paths |= {file.relative_to(self._project).as_posix() for file in files}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("src/shop/orders", "src/shop/node_modules/left/right", "src/shop/.cache", "src/shop/env"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "src/shop/env/pyvenv.cfg").touch()
    (tmp_path / "src/shop/env/lib").mkdir()
    return tmp_path


@pytest.fixture(params=["system", "polling"])
def seen(request: pytest.FixtureRequest, project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """What a watcher of `src`, and of the files right in the project, tells."""
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "true" if request.param == "polling" else "false")
    found = Seen(project)
    watcher = Watcher(project, {project / "src"}, {project}, found.add, found.failures.append)
    (project / "begun").touch()
    assert until(lambda: _touched(project / "begun") in found.paths)
    yield found
    watcher.close()
    assert found.failures == []


def _touched(file: Path) -> str:
    file.write_text(str(time.monotonic_ns()))
    return file.name


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def saved(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(str(time.monotonic_ns()))


def test_a_saved_and_a_deleted_file_are_told(project: Path, seen: Seen) -> None:
    saved(project / "src/shop/orders/api.py")
    assert until(lambda: "src/shop/orders/api.py" in seen.paths)
    seen.paths.clear()
    (project / "src/shop/orders/api.py").unlink()
    assert until(lambda: "src/shop/orders/api.py" in seen.paths)


def test_files_of_a_new_folder_are_told_from_the_first_one(project: Path, seen: Seen) -> None:
    saved(project / "src/shop/letters/deep/api.py")
    assert until(lambda: "src/shop/letters/deep/api.py" in seen.paths)
    seen.paths.clear()
    saved(project / "src/shop/letters/deep/more.py")
    saved(project / "src/shop/orders/api.py")
    assert until(lambda: {"src/shop/letters/deep/more.py", "src/shop/orders/api.py"} <= seen.paths)


def test_a_folder_that_is_moved_in_or_made_anew_is_watched(project: Path, seen: Seen) -> None:
    saved(project / "elsewhere/letters/api.py")
    (project / "elsewhere/letters").rename(project / "src/shop/letters")
    assert until(lambda: "src/shop/letters/api.py" in seen.paths)
    shutil.rmtree(project / "src/shop/letters")
    (project / "src/shop/letters").mkdir()
    time.sleep(0.5)
    seen.paths.clear()
    saved(project / "src/shop/letters/new.py")
    assert until(lambda: "src/shop/letters/new.py" in seen.paths)


def test_files_of_tools_and_editors_are_not_told(project: Path, seen: Seen) -> None:
    for name in (
        "node_modules/left/index.js",
        "node_modules/new/index.js",
        "venv/lib/site.py",
        ".cache/one",
        "env/lib/site.py",
        "orders/__pycache__/api.cpython-313.pyc",
        "orders/.api.py.swp",
        "orders/api.py~",
    ):
        saved(project / "src/shop" / name)
    saved(project / "src/shop/orders/last.py")
    assert until(lambda: "src/shop/orders/last.py" in seen.paths)
    assert {path for path in seen.paths if path.startswith("src")} == {"src/shop/orders/last.py"}


def test_a_link_to_a_folder_above_is_followed_once(project: Path) -> None:
    (project / "src/shop/orders/loop").symlink_to(project / "src")
    found = Seen(project)
    watcher = Watcher(project, {project / "src"}, (), found.add, found.failures.append)
    file = project / "src/shop/orders/api.py"
    assert until(lambda: bool(_touched(file)) and "src/shop/orders/api.py" in found.paths)
    watcher.close()


@pytest.mark.skipif(not Path("/proc/self/fdinfo").is_dir(), reason="the watches are counted in /proc")
def test_folders_of_tools_use_no_watches_of_the_system(project: Path) -> None:
    for number in range(2000):
        (project / f"src/shop/node_modules/left/{number}").mkdir()
    before = watches()
    watcher = Watcher(project, {project / "src"}, {project}, lambda _: None, lambda _: None)
    assert until(lambda: watches() > before)
    time.sleep(0.2)
    assert watches() - before == len(("", "src", "src/shop", "src/shop/orders"))
    watcher.close()


def watches() -> int:
    """The folders that this process has the system watch."""
    found = 0
    for entry in Path("/proc/self/fdinfo").iterdir():
        try:
            found += entry.read_text().count("inotify wd:")
        except OSError:
            continue
    return found
