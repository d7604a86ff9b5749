"""The database port: all that the code above asks of a database, whichever one answers."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Protocol

Row = Mapping[str, Any]
transaction_is_open: ContextVar[bool] = ContextVar("transaction_is_open", default=False)


class Duplicate(Exception):
    """A value that must be unique is there already."""


class Reader(Protocol):
    """Runs queries; `:name` in the SQL stands for the value of that name."""

    async def one(self, sql: str, /, **values: Any) -> Row | None: ...

    async def all(self, sql: str, /, **values: Any) -> list[Row]: ...


class Tx(Reader, Protocol):
    """An open transaction: all of it happens, or nothing."""

    async def execute(self, sql: str, /, **values: Any) -> int:
        """Run a statement and return how many rows it changed. Raises Duplicate."""

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo what was written inside if the block raises."""

    def after_commit(self, callback: Callable[[], None]) -> None: ...


class Database(Reader, Protocol):
    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Commit at the end of the block, roll back if it raises."""

    async def close(self) -> None: ...


def forbid_in_transaction() -> None:
    """Called first by everything that waits, for the outside or for a lock: an open transaction must not wait with it."""
    if transaction_is_open.get():
        raise AssertionError("a call to the outside, or another transaction, inside a database transaction")


async def migrate(database: Database, packages: Iterable[str]) -> None:
    """Apply the numbered SQL files in the `migrations` folder of each package, each file once."""
    async with database.begin() as tx:
        await tx.execute("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY)")
        applied = {row["name"] for row in await tx.all("SELECT name FROM schema_migrations")}
        for package in packages:
            for file in _migrations_of(package):
                name = f"{package}/{file.name}"
                if name not in applied:
                    for statement in file.read_text().split(";\n"):
                        await tx.execute(statement)
                    await tx.execute("INSERT INTO schema_migrations VALUES (:name)", name=name)


def _migrations_of(package: str) -> list[Traversable]:
    folder = files(package) / "migrations"
    found = list(folder.iterdir()) if folder.is_dir() else []
    return sorted((file for file in found if file.name.endswith(".sql")), key=lambda file: file.name)
