"""Opens the broker that BROKER_URL selects."""

from collections.abc import Iterable
from pathlib import Path

from shop.platform.adapters.sqlite_log import SqliteLog
from shop.platform.messaging.broker import Broker

KINDS = ("`sqlite:///path.db`, the embedded log",)
"""Supported forms of BROKER_URL."""


def open_broker(url: str, groups: Iterable[str]) -> Broker:
    """Open a broker. Raises ValueError for a URL that is not one of KINDS.

    `groups` are all subscribers. They receive everything published after this call, even if they start later.
    """
    if (path := url.removeprefix("sqlite:///")) not in ("", url):
        return SqliteLog(Path(path), groups)
    raise ValueError(f"BROKER_URL has an unknown scheme: {url.partition(':')[0]!r}; use {', or '.join(KINDS)}")
