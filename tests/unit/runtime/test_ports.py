"""Ports are nobody else's."""

from __future__ import annotations

import random
import socket
import subprocess
import sys

import pytest

from blueprint.errors import MachineError
from blueprint.runtime import ports

CHOOSES = """
from blueprint.runtime import ports
ports._FIRST, ports._LAST, ports._TRIES = {}
print(*ports.free_ports(6))
"""


def test_who_chooses_at_the_same_time_gets_others(monkeypatch: pytest.MonkeyPatch) -> None:
    # Other runs of this test may be under way on the same machine.
    first = random.randrange(20_000, 30_000, 20)
    last = first + 19
    for name, value in (("_FIRST", first), ("_LAST", last), ("_TRIES", last - first + 1)):
        monkeypatch.setattr(ports, name, value)
    ours = ports.free_ports(6)

    command = [sys.executable, "-c", CHOOSES.format((first, last, last - first + 1))]
    theirs = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split()

    assert len({*ours, *map(int, theirs)}) == 12
    assert len({*ours, *ports.free_ports(6)}) == 12
    with pytest.raises(MachineError):
        ports.free_ports(9)


def test_a_port_at_which_somebody_listens_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        for name, value in (("_FIRST", taken), ("_LAST", taken), ("_TRIES", 1)):
            monkeypatch.setattr(ports, name, value)
        with pytest.raises(MachineError, match=f"no 1 free ports from {taken}"):
            ports.free_ports(1)
