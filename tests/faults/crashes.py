"""Every moment at which a process can die: right before and right after each of its commits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.stage import Stage
from tests.support.system import eventually

MOST_COMMITS = 30


@dataclass(frozen=True, slots=True)
class Crash:
    """A process died at its n-th commit since it was ordered to, which wrote this; the checkout ended so."""

    number: int
    written: str
    status: str


def crashes(stage: Stage, service: str, moment: str, card: str) -> Iterator[Crash]:
    """Let an order be placed for each commit of the service, which dies at it, until none is left."""
    folder = stage.system.folder / "var"
    command, trace = folder / f"die-{service}", folder / f"died-{service}"
    for number in range(1, MOST_COMMITS):
        command.write_text(f"{number} {moment}")
        ended = stage.end_of(stage.order(card))
        if not _is_carried_out(command):
            command.unlink(missing_ok=True)
            return
        stage.system.wait_ready(service)
        yield Crash(number, trace.read_text(), ended.status)
    raise AssertionError(f"{service} never comes to an end")


def _is_carried_out(command: Path) -> bool:
    try:
        eventually(lambda: not command.exists(), 0.5, "it has died")
    except AssertionError:
        return False
    return True
