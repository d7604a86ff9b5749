"""However `new` is ended, all is written or nothing; whatever it runs in, it writes the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.refusals import Snapshot, snapshot

ROOT = Path(__file__).parents[2]
SECONDS = 60
NEW = ("new", "shop", "-p", "event-driven")


class Place:
    """A current folder, and beside it all that a run could leave something in."""

    def __init__(self, folder: Path) -> None:
        self.here = folder / "here"
        self.scratch = folder / "scratch"
        self._variables = {"TMPDIR": str(self.scratch), "XDG_CACHE_HOME": str(folder / "cache")}
        for path in (self.here, self.scratch):
            path.mkdir(parents=True)

    def run(
        self, *words: str, program: str = "blueprint", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """A command line, with nobody to answer."""
        return subprocess.run(
            [sys.executable, "-m", program, *words],
            cwd=self.here,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self._variables, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


MOMENTS = {
    "reading templates": ("open", "pack.yaml"),
    "loading Jinja": ("import", "jinja2"),
    "compiling templates": ("compile", ".j2"),
    "formatting": ("subprocess.Popen", "ruff"),
    "writing": ("open", "shop.blueprint-stage"),
    "committing": ("subprocess.Popen", "commit"),
    "placing": ("os.rename", "'shop', 'shop'"),
}
SIGNALS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}
FAST = {"SIGINT": "formatting", "SIGTERM": "writing", "SIGHUP": "compiling templates", "SIGKILL": "placing"}


def strikes(*names: str) -> pytest.MarkDecorator:
    """Every signal at every moment; the fast lane takes one moment for each signal."""
    pairs = [(name, moment) for name in names for moment in MOMENTS]
    params = [
        pytest.param(*pair, marks=() if FAST[pair[0]] == pair[1] else pytest.mark.slow) for pair in pairs
    ]
    return pytest.mark.parametrize(("name", "moment"), params)


@strikes(*SIGNALS)
def test_a_run_that_is_stopped_leaves_all_or_nothing(
    name: str, moment: str, place: Place
) -> None:  # G02, G05
    done = place.run(name, *MOMENTS[moment], *NEW, program="tests.reliability.interrupted")

    written = snapshot(place.here)
    assert done.returncode == SIGNALS[name]
    assert "Traceback" not in done.stderr
    assert snapshot(place.scratch) == {}
    assert written == {} or (moment == "placing" and "shop/.blueprint/lock.json" in written)


def test_a_command_that_has_not_begun_ends_without_a_word(place: Place) -> None:
    done = place.run("SIGINT", "import", "typer", *NEW, program="tests.reliability.interrupted")

    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")
    assert snapshot(place.here) == {}


@strikes("SIGKILL")
def test_a_run_that_is_killed_leaves_no_half_and_the_next_clears_up(
    name: str, moment: str, place: Place
) -> None:  # G04
    done = place.run(name, *MOMENTS[moment], *NEW, program="tests.reliability.interrupted")
    assert done.returncode == -signal.SIGKILL
    assert not (place.here / "shop").exists()

    assert place.run(*NEW).returncode == 0
    assert [path.name for path in place.here.iterdir()] == ["shop"]
    assert snapshot(place.scratch) == {}


@pytest.mark.parametrize("closed", ["<&-", "</dev/null", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_nobody_to_answer_is_never_waited_for(closed: str, place: Place) -> None:  # G53
    command = f'"{sys.executable}" -m blueprint new {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=place.here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=SECONDS,
    )
    assert done.returncode == 2
    assert snapshot(place.here) == {}


def test_a_reader_who_leaves_early_is_no_bug(place: Place) -> None:  # G11
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "blueprint", "new", "shop", "-n"],
        cwd=place.here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=SECONDS,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_circumstances_of_a_run_do_not_show_in_what_it_writes(tmp_path: Path) -> None:  # G24, G51
    first = made_in(tmp_path / "a", PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    other = made_in(tmp_path / "ü b", PYTHONHASHSEED="2", LC_ALL="tr_TR.UTF-8", TZ="Asia/Tokyo", COLUMNS="20")
    assert first == other


def made_in(folder: Path, **variables: str) -> Snapshot:
    place = Place(folder)
    assert place.run(*NEW, "--no-git", **variables).returncode == 0
    return snapshot(place.here)


def test_a_dry_run_lists_what_the_real_one_writes_and_touches_nothing(place: Place) -> None:  # G52
    told = json.loads(place.run(*NEW, "--no-git", "-n", "--json").stdout)["data"]
    shown = place.run(*NEW, "--no-git", "-n").stdout.splitlines()
    assert snapshot(place.here) == {}

    real = json.loads(place.run(*NEW, "--no-git", "--json").stdout)["data"]
    written = {path for path, content in snapshot(place.here / "shop").items() if content is not None}
    records = {path for path in written if path.startswith(".blueprint/")} - set(real["files"])
    assert told == {**real, "written": False}
    assert set(told["files"]) == written - records
    assert [line.strip() for line in shown[1:-1]] == told["files"]
    assert f"and {len(records)} files in .blueprint" in shown[-1]
