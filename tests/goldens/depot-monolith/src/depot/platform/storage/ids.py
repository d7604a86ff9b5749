"""Identifiers that sort by the time they were made (UUID version 7)."""

import os
import time
from uuid import UUID

_newest = 0
"""The time of the last id, in parts of a millisecond of which it has 4096."""


def new_id() -> str:
    """A UUIDv7. Ids of one process sort in the order in which it made them, also where its clock is set back."""
    global _newest
    _newest = max(time.time_ns() * 4096 // 1_000_000, _newest + 1)
    milliseconds, fraction = divmod(_newest, 4096)
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | tail))
