"""A memory limit for untrusted templates."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MOST = 1 << 30
"""Bytes. The largest project needs a hundredth of it."""


@contextmanager
def limited_memory(more: int = MOST) -> Iterator[None]:
    """Limit this process to `more` additional bytes inside the block; beyond that, it raises MemoryError.

    Has no effect on systems that do not report the memory of a process.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        wanted = pages * resource.getpagesize() + more
        _set(wanted if before[0] == resource.RLIM_INFINITY else min(wanted, before[0]), before[1])
    except OSError:
        yield
        return
    try:
        yield
    finally:
        _set(*before)


def _set(soft: int, hard: int) -> None:
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
