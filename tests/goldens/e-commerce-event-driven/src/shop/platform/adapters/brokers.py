"""Which broker stands behind the port: BROKER_URL says."""

from collections.abc import Iterable
from pathlib import Path

from shop.platform.adapters.sqlite_log import SqliteLog
from shop.platform.messaging.broker import Broker

KINDS = ("`sqlite:///path.db`, the embedded log",)
"""What BROKER_URL can be."""


def open_broker(url: str, groups: Iterable[str]) -> Broker:
    """One of KINDS, else ValueError.

    `groups` are all that listen: none misses what is published before its first start.
    """
    if (path := url.removeprefix("sqlite:///")) not in ("", url):
        return SqliteLog(Path(path), groups)
    raise ValueError(f"BROKER_URL is of no known kind: {url.partition(':')[0]!r}; it can be {', or '.join(KINDS)}")
