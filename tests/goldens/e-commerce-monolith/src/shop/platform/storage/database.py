"""The database port: all that the code above asks of a database, whichever one answers."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from typing import Any, Protocol

from shop.platform.calls.failures import ProgrammingError

Row = Mapping[str, Any]
transaction_is_open: ContextVar[bool] = ContextVar("transaction_is_open", default=False)


class Duplicate(Exception):
    """A value that must be unique is there already."""


class ScriptFailed(Exception):
    """A statement of a script that the database refuses."""

    def __init__(self, statement: str, reason: str) -> None:
        super().__init__(f"{reason}, at: {' '.join(statement.split())[:200]}")


class Reader(Protocol):
    """Runs queries; `:name` in the SQL stands for the value of that name."""

    locking: str
    """Ends a SELECT whose rows nobody else may change before the transaction ends. Empty where nobody can."""
    dialect: str
    """`sqlite` or `postgresql`."""

    async def one(self, sql: str, /, **values: Any) -> Row | None: ...

    async def all(self, sql: str, /, **values: Any) -> list[Row]: ...


class Tx(Reader, Protocol):
    """An open transaction: all of it happens, or nothing."""

    connection: Any
    """The `sqlite3.Connection` or `asyncpg.Connection`, for a library that needs one. The transaction stays the kit's:
    nothing else commits it or rolls it back."""

    async def execute(self, sql: str, /, **values: Any) -> int:
        """Run a statement and return how many rows it changed.

        Raises Duplicate; a transaction can only go on after it where a savepoint was around the statement.
        """

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo what was written inside if the block raises."""

    async def lock(self, name: str) -> None:
        """Wait for every other transaction that has locked this name, and keep it until the end."""

    async def try_lock(self, name: str) -> bool:
        """Lock this name as `lock` does, unless another transaction has it."""

    async def run_script(self, script: str) -> None:
        """Run the statements of a migration. Raises ScriptFailed."""

    def after_commit(self, callback: Callable[[], None]) -> None: ...


class Database(Reader, Protocol):
    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Commit at the end of the block, roll back if it raises."""

    def begin_migration(self, script: str) -> AbstractAsyncContextManager[Tx]:
        """A transaction that this script can run in: a change of a large table takes its time."""

    async def close(self) -> None: ...


def forbid_in_transaction() -> None:
    """Called first by all that waits, for the outside or for a lock: no open transaction may wait with it.

    Raises ProgrammingError inside of one.
    """
    if transaction_is_open.get():
        raise ProgrammingError("a call to the outside, or another transaction, inside a database transaction")


async def insert(tx: Tx, table: str, row: Row, otherwise: str = "") -> bool:
    """Add a row, and tell whether it was added or changed.

    Where it is there already, Duplicate is raised, or `otherwise` done: `ON CONFLICT DO NOTHING`.
    """
    columns, values = ", ".join(f'"{column}"' for column in row), ", ".join(f":{column}" for column in row)
    return bool(await tx.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({values}) {otherwise}', **row))
