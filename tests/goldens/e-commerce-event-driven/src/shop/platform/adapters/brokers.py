"""Which broker stands behind the port: BROKER_URL says."""

from collections.abc import Iterable
from pathlib import Path

from shop.platform.adapters.sqlite_log import SqliteLog
from shop.platform.broker import Broker


def open_broker(url: str, groups: Iterable[str]) -> Broker:
    """`sqlite:///path.db`, the embedded log.

    `groups` are all that listen: none misses what is published before its first start.
    """
    if url.startswith("sqlite:///"):
        return SqliteLog(Path(url.removeprefix("sqlite:///")), groups)
    raise ValueError(f"BROKER_URL is of no known kind: {url.partition(':')[0]}")
