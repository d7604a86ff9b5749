from __future__ import annotations

import signal
import threading

import pytest

from blueprint.errors import Interrupted
from blueprint.workspace.interrupts import Interrupts

SIGNALS = pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])


@SIGNALS
def test_a_signal_waits_for_the_next_check(signum: signal.Signals) -> None:
    steps = []

    with pytest.raises(Interrupted) as error, Interrupts() as interrupts:
        interrupts.check()
        signal.raise_signal(signum)
        steps.append("the step in progress ends")
        interrupts.check()
        steps.append("never")

    assert steps == ["the step in progress ends"]
    assert (error.value.signum, error.value.finished) == (signum, False)


@SIGNALS
def test_a_signal_after_the_last_check_is_not_lost(signum: signal.Signals) -> None:
    with pytest.raises(Interrupted) as error, Interrupts():
        signal.raise_signal(signum)

    assert (error.value.signum, error.value.finished) == (signum, True)


def test_a_second_signal_does_not_wait() -> None:
    with pytest.raises(Interrupted) as error, Interrupts():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        pytest.fail("still running")

    assert not error.value.finished


def test_an_error_in_an_interrupted_run_is_an_interruption() -> None:
    with pytest.raises(Interrupted) as error, Interrupts():
        signal.raise_signal(signal.SIGTERM)
        raise OSError("a consequence of the signal, as like as not")

    assert not error.value.finished


def test_handlers_are_as_before_afterwards() -> None:
    before = [signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]

    with Interrupts():
        assert signal.getsignal(signal.SIGTERM) != before[1]

    assert [signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGHUP)
            interrupts.check()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_other_threads_are_not_disturbed() -> None:
    entered = []

    def enter() -> None:
        with Interrupts() as interrupts:
            interrupts.check()
            entered.append(True)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()

    assert entered
