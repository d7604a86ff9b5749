"""How many connections to a database server the processes of a project open in production."""

from __future__ import annotations

POOL = 3
"""Connections of one instance. With four processes, a server with the default limit accepts all of them."""
INSTANCES = 7
"""Instances of a process: six, and one more while they are replaced."""

_DEFAULT_LIMIT = 100
_RESERVED = 3
"""Of PostgreSQL: `max_connections`, and those that are for administrators only."""


def connections_of(processes: int) -> int:
    """The connections that all instances together open at most."""
    return POOL * INSTANCES * processes


def server_limit(processes: int) -> int:
    """The limit of a server that accepts them, at least the default."""
    return max(_DEFAULT_LIMIT, connections_of(processes) + _RESERVED)
