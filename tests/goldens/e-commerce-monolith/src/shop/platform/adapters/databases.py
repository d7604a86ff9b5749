"""Opens the database that DATABASE_URL selects."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from shop.platform.adapters.sqlite import SqliteDatabase, read_only
from shop.platform.storage.database import Database, Reader


def open_database(url: str, process: str) -> Database:
    """`sqlite:///relative/path.db` or `sqlite:////absolute/path.db`.

    If several processes share a database, `process` selects the schema.
    """
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")))
    raise _unknown(url)


def open_reader(url: str, process: str) -> AbstractAsyncContextManager[Reader]:
    """A read-only transaction. Raises FileNotFoundError if nothing was stored yet."""
    if url.startswith("sqlite:///"):
        return read_only(Path(url.removeprefix("sqlite:///")))
    raise _unknown(url)


def _unknown(url: str) -> ValueError:
    return ValueError(f"DATABASE_URL has an unknown scheme: {url.partition(':')[0]}")
