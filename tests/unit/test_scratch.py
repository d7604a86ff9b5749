from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from blueprint import scratch
from blueprint.scratch import scratch_folder

DIES = (
    "import os, signal; from blueprint.scratch import scratch_folder\n"
    "with scratch_folder() as folder:\n"
    "    (folder / 'a').touch(); os.kill(os.getpid(), signal.SIGKILL)\n"
)


@pytest.fixture(autouse=True)
def above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def killed() -> None:
    done = subprocess.run([sys.executable, "-c", DIES], check=False)
    assert done.returncode == -signal.SIGKILL


def test_it_is_gone_afterwards(above: Path) -> None:
    with scratch_folder() as folder:
        (folder / "a").touch()
        assert folder.parent == above

    assert list(above.iterdir()) == []


def test_what_a_killed_run_left_is_gone_after_the_next(above: Path) -> None:
    killed()
    assert len(list(above.iterdir())) == 1

    with scratch_folder():
        pass

    assert list(above.iterdir()) == []


def test_what_a_living_run_needs_stays() -> None:
    with scratch_folder() as folder:
        (folder / "a").touch()
        with scratch_folder() as other:
            assert other != folder
        assert (folder / "a").exists()


def test_files_of_others_stay(above: Path) -> None:
    (above / "elsewhere").mkdir()
    (above / "blueprint-scratch-notes").touch()
    (above / "blueprint-scratch-link").symlink_to(above / "elsewhere")

    with scratch_folder():
        pass

    assert sorted(path.name for path in above.iterdir()) == [
        "blueprint-scratch-link",
        "blueprint-scratch-notes",
        "elsewhere",
    ]


def test_a_disk_without_locks_does(above: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(95, os.strerror(95))

    killed()
    monkeypatch.setattr(scratch.fcntl, "flock", no_locks)

    with scratch_folder() as folder:
        assert folder.is_dir()
    assert len(list(above.iterdir())) == 1
