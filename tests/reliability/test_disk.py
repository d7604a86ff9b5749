"""Disks as they are: full, and not the user's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOBODY = 65534
ASK_AND_CREATE = """
import os, sys
from pathlib import Path
from tests.reliability.crash import said
from blueprint.workspace.destination import check_destination
from tests.unit.workspace.sample import create
if os.geteuid() == 0 and sys.argv[2] == "as-nobody":
    os.setgid(65534)
    os.setuid(65534)
print(said(lambda: check_destination(Path(sys.argv[1]))))
print(said(lambda: create(Path(sys.argv[1]))))
"""


def said(path: Path, *, as_nobody: bool = False, within: tuple[str, ...] = ()) -> list[str]:
    """What asking for the destination said, and then what creating a project there said."""
    command = [
        *within,
        sys.executable,
        "-c",
        ASK_AND_CREATE,
        str(path),
        "as-nobody" if as_nobody else "as-we-are",
    ]
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return result.stdout.split()


@pytest.fixture
def open_path(tmp_path: Path) -> Path:
    """A folder that every user can reach, below folders that pytest keeps private."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder.name.startswith(("pytest-", "popen-", "test_")):
            folder.chmod(0o755)
    return tmp_path


def test_a_folder_of_somebody_else_is_refused(open_path: Path) -> None:
    open_path.chmod(0o555)

    assert said(open_path / "shop", as_nobody=True) == ["no-permission", "no-permission"]
    assert list(open_path.iterdir()) == []


def test_an_own_empty_folder_in_a_folder_of_somebody_else_will_do(open_path: Path) -> None:
    (open_path / "shop").mkdir()
    if os.geteuid() == 0:
        os.chown(open_path / "shop", NOBODY, NOBODY)
    open_path.chmod(0o555)

    assert said(open_path / "shop", as_nobody=True)[-1] == "created"


def test_a_disk_that_fills_up_half_way_is_left_as_it_was(tmp_path: Path) -> None:
    """A disk with room for bytes, but only for a few names: the run cannot know before."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=1m,nr_inodes=12 tmpfs "{disk}"'
    within = ("unshare", "--map-root-user", "--mount", "sh", "-c")
    if subprocess.run([*within, mount], capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here; test_crash.py strikes with ENOSPC at every operation")
    script = f'{mount} && cd "{ROOT}" && "$@"; ls -A "{disk}" | wc -l'

    *_, created, files_left = said(disk / "shop", within=(*within, script, "sh"))

    assert (created, files_left) == ("disk-full", "0")
