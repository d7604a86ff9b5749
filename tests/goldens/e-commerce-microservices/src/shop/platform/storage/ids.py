"""Identifiers that sort by creation time (UUID version 7), and identifiers derived from others (version 5)."""

import os
import time
from uuid import NAMESPACE_OID, UUID, uuid5

_newest = 0
"""Timestamp of the last id, in 1/4096 of a millisecond."""


def new_id() -> str:
    """Return a UUIDv7. Ids of one process are strictly increasing, even if its clock is set back."""
    global _newest
    _newest = max(time.time_ns() * 4096 // 1_000_000, _newest + 1)
    milliseconds, fraction = divmod(_newest, 4096)
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | tail))


def derived_id(*parts: str) -> str:
    """Return the same UUIDv5 for the same parts."""
    return str(uuid5(NAMESPACE_OID, "/".join(parts)))
