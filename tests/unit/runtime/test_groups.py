"""To ask whether a group of processes is there does nothing to it."""

from __future__ import annotations

import signal
import subprocess
from contextlib import suppress

from blueprint.runtime import groups


def test_a_group_is_alive_until_it_is_ended_and_does_not_notice_the_question() -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        assert all(groups.is_alive(process.pid) for _ in range(3))
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
        assert process.poll() is None

        groups.send(process.pid, signal.SIGTERM)
        assert process.wait(10) == -signal.SIGTERM

    assert not groups.is_alive(process.pid)
    groups.send(process.pid, signal.SIGTERM)
