"""Runs that meet others, and signals, half way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.unit.cli.projects import MORE, files_of, kill_half_way, project_at

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project that has to gain a service."""
    shop = project_at(tmp_path / "shop")
    (shop / "blueprint.yaml").write_text(MORE)
    return shop


def started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, stderr=subprocess.PIPE)


def test_of_two_syncs_at_once_one_does_it_and_the_other_waits_its_turn(shop: Path) -> None:
    runs = [started("blueprint", "sync", str(shop)) for _ in range(3)]
    told = [(run.communicate()[1].decode(), run.returncode) for run in runs]

    assert {code for _, code in told} <= {0, 5}
    assert any(code == 0 for _, code in told)
    assert all("another blueprint command is running here" in err for err, code in told if code == 5)
    assert run(["check", str(shop)]) == 0


@pytest.mark.parametrize("signum", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_files_are_replaced_leaves_all_as_before(shop: Path, signum: str) -> None:  # G02, G05
    before = files_of(shop)
    words = ("tests.reliability.interrupted", signum, "os.rename", "resource.py", "sync", str(shop))
    interrupted = started(*words)
    interrupted.communicate()

    assert interrupted.returncode == {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}[signum]
    assert files_of(shop) == before
    assert run(["sync", str(shop)]) == 0


def test_what_a_user_edits_after_a_killed_run_is_kept(shop: Path) -> None:  # G04
    before = files_of(shop)
    kill_half_way(shop)
    changed = [path for path, content in files_of(shop).items() if before.get(path) != content]
    for path in changed:
        (shop / path).write_text("mine\n")

    run(["sync", "-n", str(shop)])
    assert changed
    assert {(shop / path).read_text() for path in changed} == {"mine\n"}
