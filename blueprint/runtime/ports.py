"""Free TCP ports on 127.0.0.1."""

from __future__ import annotations

import errno
import random
import socket

from blueprint.errors import MachineError, Problem

# Below the ephemeral port ranges of Linux and macOS: in these, an outgoing connection could take the port
# of a dead process, or a client could connect to itself.
_FIRST, _LAST = 10240, 32767
_TRIES = 1000


def free_ports(count: int) -> tuple[int, ...]:
    """Unused ports, which no other call returns while this process lives.

    Raises:
        MachineError: there are too few.
    """
    free: list[int] = []
    for port in random.sample(range(_FIRST, _LAST + 1), _TRIES):
        if len(free) == count:
            break
        if _is_free(port) and _claim(port):
            free.append(port)
    if len(free) < count:
        raise MachineError(
            Problem(
                "no-free-port",
                f"no {count} free ports from {_FIRST} to {_LAST} on 127.0.0.1",
                "stop something",
            )
        )
    return tuple(free)


def why_taken(port: int) -> str | None:
    """None where a process could listen there, an empty text where another one does, else the reason."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return "" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
    return None


def _is_free(port: int) -> bool:
    return why_taken(port) is None


def _claim(port: int) -> bool:
    """Claim a port among all callers of this function; return whether it was free.

    Otherwise two runs that start together could choose the same port and reach each other's processes. The
    claim is a UDP socket with this number, because a TCP socket would block the process that listens.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as claim:
        try:
            claim.bind(("127.0.0.1", port))
        except OSError:
            return False
        claim.detach()
    return True
