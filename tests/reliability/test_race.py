from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.workspace.sample import create, snapshot

ROUNDS = range(8)
LOST = {"busy", "destination-appeared", "destination-is-a-project", "destination-not-empty"}


def race(folder: Path, *names: str) -> list[str]:
    command = [sys.executable, "-m", "tests.reliability.race", str(folder), *names]
    root = Path(__file__).parents[2]
    result = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True, stdin=subprocess.DEVNULL)
    said: list[str] = json.loads(result.stdout)
    return said


@pytest.mark.parametrize("exists", [False, True], ids=["absent", "empty"])
def test_of_two_runs_onto_one_place_exactly_one_wins(tmp_path: Path, exists: bool) -> None:
    create(tmp_path / "model")
    for number in ROUNDS:
        home = tmp_path / f"{number}"
        home.mkdir()
        if exists:
            (home / "shop").mkdir()

        said = race(home, "shop", "shop")

        assert said.count("created") == 1, said
        assert set(said) - {"created"} <= LOST
        assert snapshot(home / "shop") == snapshot(tmp_path / "model")
        assert [entry.name for entry in home.iterdir()] == ["shop"]


def test_two_runs_next_to_each_other_do_not_meet(tmp_path: Path) -> None:
    for number in ROUNDS:
        home = tmp_path / f"{number}"
        home.mkdir()

        assert race(home, "orders", "payments") == ["created", "created"]
        assert sorted(entry.name for entry in home.iterdir()) == ["orders", "payments"]
