"""Free TCP ports on 127.0.0.1."""

from __future__ import annotations

import random
import socket

from blueprint.errors import MachineError, Problem

# Below the ranges from which Linux and macOS number outgoing connections: there, the port of a dead
# process could be taken by a client of another one, or a client could be connected to itself.
_FIRST, _LAST = 10240, 32767
_TRIES = 1000


def free_ports(count: int) -> tuple[int, ...]:
    """That many different ports where nobody listens, and that no other call finds while this process lives.

    Raises:
        MachineError: there are too few.
    """
    found: list[int] = []
    for port in random.sample(range(_FIRST, _LAST + 1), _TRIES):
        if len(found) == count:
            break
        if _is_free(port) and _claim(port):
            found.append(port)
    if len(found) < count:
        raise MachineError(
            Problem(
                "no-free-port",
                f"no {count} free ports from {_FIRST} to {_LAST} on 127.0.0.1",
                "stop something",
            )
        )
    return tuple(found)


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _claim(port: int) -> bool:
    """Make it ours, among all that choose theirs here; whether it was still to be had.

    Two that start at the same moment would else take the same one, and each be answered by what the other has
    started. The claim is a UDP socket of that number: one for TCP would be in the way of who is to listen.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as claim:
        try:
            claim.bind(("127.0.0.1", port))
        except OSError:
            return False
        claim.detach()
    return True
