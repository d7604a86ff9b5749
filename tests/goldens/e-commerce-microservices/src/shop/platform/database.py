"""The database port: all that the code above asks of a database, whichever one answers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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

    locking: str
    """Ends a SELECT whose rows nobody else may change before the transaction ends. Empty where nobody can."""

    async def one(self, sql: str, /, **values: Any) -> Row | None: ...

    async def all(self, sql: str, /, **values: Any) -> list[Row]: ...


class Tx(Reader, Protocol):
    """An open transaction: all of it happens, or nothing."""

    async def execute(self, sql: str, /, **values: Any) -> int:
        """Run a statement and return how many rows it changed.

        Raises Duplicate; a transaction can only go on after it where a savepoint was around the statement.
        """

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo what was written inside if the block raises."""

    async def lock(self, name: str) -> None:
        """Wait for every other transaction that has locked this name, and keep it until the end."""

    def after_commit(self, callback: Callable[[], None]) -> None: ...


class Database(Reader, Protocol):
    def begin(self, patient: bool = False) -> AbstractAsyncContextManager[Tx]:
        """Commit at the end of the block, roll back if it raises.

        A patient one may take as long as it wants, as a change of a large table does.
        """

    async def close(self) -> None: ...


def forbid_in_transaction() -> None:
    """Called first by all that waits, for the outside or for a lock: no open transaction may wait with it."""
    if transaction_is_open.get():
        raise AssertionError("a call to the outside, or another transaction, inside a database transaction")


async def insert(tx: Tx, table: str, row: Row, otherwise: str = "") -> bool:
    """Add a row, and tell whether it was added or changed.

    Where it is there already, Duplicate is raised, or `otherwise` done: `ON CONFLICT DO NOTHING`.
    """
    columns, values = ", ".join(f'"{column}"' for column in row), ", ".join(f":{column}" for column in row)
    return bool(await tx.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({values}) {otherwise}', **row))


async def migrate(database: Database, packages: Iterable[str]) -> None:
    """Apply the numbered SQL files in the `migrations` folder of each package, each file once."""
    async with database.begin(patient=True) as tx:
        await tx.lock("migrations")
        await tx.execute("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY)")
        applied = {row["name"] for row in await tx.all("SELECT name FROM schema_migrations")}
        for name, file in _migrations_of(packages):
            if name not in applied:
                for statement in filter(str.strip, file.read_text().split(";\n")):
                    await tx.execute(statement)
                await insert(tx, "schema_migrations", {"name": name})


def _migrations_of(packages: Iterable[str]) -> Iterator[tuple[str, Traversable]]:
    for package in packages:
        folder = files(package) / "migrations"
        found = {file.name: file for file in folder.iterdir()} if folder.is_dir() else {}
        for name in sorted(name for name in found if name.endswith(".sql")):
            yield f"{package}/{name}", found[name]
