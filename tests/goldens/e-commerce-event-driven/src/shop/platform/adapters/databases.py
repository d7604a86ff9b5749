"""Which database stands behind the port: DATABASE_URL says."""

from pathlib import Path

from shop.platform.adapters.sqlite import SqliteDatabase
from shop.platform.storage.database import Database


def open_database(url: str, process: str) -> Database:  # noqa: ARG001, a file is that of one process
    """`sqlite:///relative/path.db` or `sqlite:////absolute/path.db`.

    Where several processes share a database, `process` tells whose tables are meant.
    """
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")))
    raise ValueError(f"DATABASE_URL is of no known kind: {url.partition(':')[0]}")
