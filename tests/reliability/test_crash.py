"""A run is struck at every single operation on the disk, by every kind of fault."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from tests.reliability.crash import Outcome

pytestmark = pytest.mark.slow

KINDS = ("absent", "missing-parents", "empty", "repository")
MANY_STEPS = ("empty", "repository")


def struck(kind: str, strike: str, folder: Path, *flags: str) -> list[Outcome]:
    command = [sys.executable, "-m", "tests.reliability.crash", kind, strike, str(folder), *flags]
    root = Path(__file__).parents[2]
    result = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True, stdin=subprocess.DEVNULL)
    found = [Outcome(**fields) for fields in json.loads(result.stdout)]
    assert len(found) > 40, "the faults did not reach the operations"
    assert {"before", "complete"} <= {outcome.folder for outcome in found}
    return found


def assert_recovered(found: list[Outcome]) -> None:
    """The second run made it whole; what was whole already it left alone."""
    for outcome in found:
        assert outcome.folder_then == "complete", outcome
        if outcome.folder == "complete":
            assert outcome.said_then == "destination-is-a-project", outcome
        else:
            assert (outcome.said_then, outcome.stages_then) == ("created", 0), outcome


def cases(*strikes: str) -> pytest.MarkDecorator:
    """Every kind of destination with every strike."""
    return pytest.mark.parametrize(("kind", "strike"), [*product(KINDS, strikes)])


@cases("disk-full", "disk-failure", "not-allowed")
def test_an_error_means_that_nothing_has_changed(tmp_path: Path, kind: str, strike: str) -> None:
    found = struck(kind, strike, tmp_path)

    for outcome in found:
        expected = ("created", "complete") if outcome.folder == "complete" else (outcome.said, "before")
        assert (outcome.said, outcome.folder) == expected
        assert outcome.said in ("created", "disk-full", "disk-failure", "no-permission")
    assert_recovered(found)


@cases("disk-full")
def test_a_disk_that_stays_full_is_recovered_from_later(tmp_path: Path, kind: str, strike: str) -> None:
    found = struck(kind, strike, tmp_path, "lasting")

    assert {outcome.said for outcome in found} == {"created", "disk-full"}
    assert all(outcome.folder != "between" for outcome in found if kind not in MANY_STEPS)
    assert_recovered(found)


@cases("exit", "SIGKILL")
def test_a_killed_run_is_recovered_by_the_next(tmp_path: Path, kind: str, strike: str) -> None:
    found = struck(kind, strike, tmp_path)

    assert {outcome.said for outcome in found} == {"killed"}
    assert all(outcome.folder != "between" for outcome in found if kind not in MANY_STEPS)
    assert_recovered(found)


@cases("SIGINT", "SIGTERM", "SIGHUP")
def test_a_signal_leaves_all_or_nothing_and_says_which(tmp_path: Path, kind: str, strike: str) -> None:
    found = struck(kind, strike, tmp_path)

    says = {"undone": "before", "finished": "complete", "killed": "before", "interrupted": "before"}
    assert [outcome.folder for outcome in found] == [says[outcome.said] for outcome in found]
    assert not any(outcome.stages for outcome in found)
    assert_recovered(found)


@cases("keyboard-interrupt")
def test_an_exception_in_any_place_leaves_all_or_nothing(tmp_path: Path, kind: str, strike: str) -> None:
    found = struck(kind, strike, tmp_path)

    assert {outcome.said for outcome in found} == {"interrupted"}
    assert "between" not in {outcome.folder for outcome in found}
    assert_recovered(found)


@pytest.mark.needs("git")
@pytest.mark.parametrize("strike", ["SIGKILL", "SIGTERM", "disk-failure"])
@pytest.mark.parametrize("kind", ["absent", "empty"])
def test_a_first_commit_changes_none_of_this(tmp_path: Path, kind: str, strike: str) -> None:
    found = struck(kind, strike, tmp_path, "git")

    assert all(outcome.folder != "between" for outcome in found if strike != "SIGKILL")
    assert_recovered(found)
