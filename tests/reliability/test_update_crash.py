"""A sync, an undo and a recovery are struck at every single operation on the disk, by every kind of fault."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.update_crash import Outcome

pytestmark = pytest.mark.slow


def struck(run: str, strike: str, folder: Path, stride: int = 1, *flags: str) -> list[Outcome]:
    words = (run, strike, str(folder), str(stride), *flags)
    command = [sys.executable, "-m", "tests.reliability.update_crash", *words]
    root = Path(__file__).parents[2]
    result = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True, stdin=subprocess.DEVNULL)
    found = [Outcome(**fields) for fields in json.loads(result.stdout)]
    assert len(found) * stride > (30 if run == "restore" else 100), "the faults did not reach the operations"
    return found


def assert_recovered(run: str, found: list[Outcome]) -> None:
    """The next command puts it into order, whatever it is, and the same run then succeeds."""
    assert {outcome.looked for outcome in found} <= {"old", "new"}
    assert {outcome.again for outcome in found} == {"old" if run == "undo" else "new"}


def cases(*strikes: str, in_sample: bool = False) -> pytest.MarkDecorator:
    """A sync with every strike, the others with the first; the sample takes every 7th operation of one."""
    pairs = [("sync", strike) for strike in strikes] + [(run, strikes[0]) for run in ("undo", "recovery")]
    params = [pytest.param(*pair, 1, marks=pytest.mark.long) for pair in pairs]
    some = [pytest.param("sync", strikes[0], 7)] if in_sample else []
    return pytest.mark.parametrize(("run", "strike", "stride"), params + some)


@cases("exit", "SIGKILL", in_sample=True)
def test_after_a_killed_run_the_project_is_as_before_or_as_after(
    tmp_path: Path, run: str, strike: str, stride: int
) -> None:
    found = struck(run, strike, tmp_path, stride)

    assert {outcome.said for outcome in found} == {"killed"}
    assert_recovered(run, found)


@cases("disk-full", "disk-failure", "not-allowed")
def test_an_error_means_that_nothing_has_changed(tmp_path: Path, run: str, strike: str, stride: int) -> None:
    found = struck(run, strike, tmp_path, stride)

    start, end = ("new", "old") if run == "undo" else ("old", "new")
    for outcome in found:
        if outcome.said == "created":
            assert outcome.looked == end, outcome  # an empty folder may wait for the next command
        elif run != "recovery":
            assert outcome.left == start, outcome
    assert_recovered(run, found)


@cases("disk-full")
def test_a_disk_that_stays_full_is_recovered_from_later(
    tmp_path: Path, run: str, strike: str, stride: int
) -> None:
    found = struck(run, strike, tmp_path, stride, "lasting")

    assert {outcome.said for outcome in found} <= {"created", "disk-full"}
    assert_recovered(run, found)


@cases("SIGTERM", "SIGINT", "SIGHUP")
def test_a_signal_leaves_all_or_nothing_and_says_which(
    tmp_path: Path, run: str, strike: str, stride: int
) -> None:
    found = struck(run, strike, tmp_path, stride)

    start, end = ("new", "old") if run == "undo" else ("old", "new")
    says = {"undone": start, "finished": end}
    assert all(outcome.left == says[outcome.said] for outcome in found if outcome.said in says)
    assert_recovered(run, found)


@cases("SIGINT")
def test_whoever_insists_does_not_wait_for_the_way_back_and_the_next_command_takes_it(
    tmp_path: Path, run: str, strike: str, stride: int
) -> None:
    found = struck(run, strike, tmp_path, stride, "lasting")

    start, end = ("new", "old") if run == "undo" else ("old", "new")
    says = {"undone": start, "interrupted": start, "finished": end}
    assert all(outcome.looked == says[outcome.said] for outcome in found)
    assert "between" in {outcome.left for outcome in found}
    assert_recovered(run, found)


@cases("keyboard-interrupt")
def test_an_exception_in_any_place_leaves_all_or_nothing(
    tmp_path: Path, run: str, strike: str, stride: int
) -> None:
    found = struck(run, strike, tmp_path, stride)

    assert {outcome.said for outcome in found} == {"interrupted"}
    assert_recovered(run, found)


@pytest.mark.parametrize("strike", ["exit", "keyboard-interrupt"])
def test_a_shop_that_gains_a_service_is_as_before_or_as_after(tmp_path: Path, strike: str) -> None:
    found = struck("shop", strike, tmp_path, 11)

    assert {outcome.said for outcome in found} == {"killed" if strike == "exit" else "interrupted"}
    assert_recovered("shop", found)


@pytest.mark.parametrize("strike", ["exit", "disk-full"])
def test_links_that_give_way_to_files_are_there_as_before_or_gone(tmp_path: Path, strike: str) -> None:
    found = struck("restore", strike, tmp_path)

    assert "between" in {outcome.left for outcome in found} or strike == "disk-full"
    assert_recovered("restore", found)
