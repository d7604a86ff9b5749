"""A job is done once at each due time, whatever becomes of the processes, in every pattern."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.conftest import PATTERNS
from tests.jobs.broom import PERIOD, Broom, by_hand, states
from tests.support.system import eventually

every_pattern = pytest.mark.parametrize("pattern", PATTERNS)
STEP = timedelta(seconds=PERIOD)


@pytest.mark.long
@every_pattern
def test_a_job_is_done_once_whatever_becomes_of_its_processes(
    pattern: str, broom: Callable[[str], Broom]
) -> None:
    project = broom(pattern)
    with project.system() as system:
        first, second = system.instances(project.process)
        _is_done_once_by_two_processes(project)

        eventually(lambda: not project.open_runs(), 20, "no run open")
        project.hold.touch()
        before = len(project.rows())
        started = by_hand(system, first)
        if started == 409:  # it has just begun by itself
            assert project.open_runs() == 1
        holder = eventually(project.doing, 10, "a run begun")
        assert by_hand(system, second) == 409
        assert states(system, second)["run"]
        os.kill(holder, signal.SIGKILL)
        project.hold.unlink()
        eventually(lambda: len(project.rows()) > before, 30, "the run goes on")
        assert project.rows()[before] != str(holder)
        eventually(lambda: not project.open_runs(), 20, "no run open")
        _has_a_row_for_each_run(project)

    _is_made_up_for_once(project)


def _is_done_once_by_two_processes(project: Broom) -> None:
    eventually(lambda: len(project.due_times()) >= 2, 4 * PERIOD, "two due times")
    eventually(lambda: not project.open_runs(), 20, "no run open")
    due = project.due_times()
    assert all(later - earlier == STEP for earlier, later in pairwise(due))
    _has_a_row_for_each_run(project)


def _has_a_row_for_each_run(project: Broom) -> None:
    [(runs,)] = project.ask("SELECT count(*) FROM _tasks WHERE key LIKE 'job/%' AND status = 'done'")
    assert len(project.rows()) == int(runs)


def _is_made_up_for_once(project: Broom) -> None:
    """An hour is missed while all are down: as long as the row says."""
    project.ask("UPDATE _jobs SET due = replace(due, substr(due, 1, 4), '2020')")
    before = project.due_times()
    with project.system():
        two_more = len(before) + 2
        eventually(lambda: len(project.due_times()) >= two_more, 4 * PERIOD, "a due time after the start")
        eventually(lambda: not project.open_runs(), 20, "no run open")
        _has_a_row_for_each_run(project)
    after = project.due_times()[len(before) :]
    assert all(later - earlier == STEP for earlier, later in pairwise(after))
