"""The database port, which every database adapter implements."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from typing import Any, Protocol

from depot.platform.calls.failures import ProgrammingError

Row = Mapping[str, Any]
transaction_is_open: ContextVar[bool] = ContextVar("transaction_is_open", default=False)


class Duplicate(Exception):
    """A unique constraint is violated.

    `fields` are the columns of the constraint, or the name of an index over an expression.
    """

    def __init__(self, reason: str, fields: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.fields = tuple(fields)


class ScriptFailed(Exception):
    """The database rejects a statement of a script."""

    def __init__(self, statement: str, reason: str) -> None:
        super().__init__(f"{reason}, at: {' '.join(statement.split())[:200]}")


class Reader(Protocol):
    """Runs queries. `:name` in the SQL is a named parameter."""

    locking: str
    """Suffix of a SELECT that locks its rows until the transaction ends. Empty where no lock is needed."""
    dialect: str
    """`sqlite` or `postgresql`."""

    async def one(self, sql: str, /, **values: Any) -> Row | None: ...

    async def all(self, sql: str, /, **values: Any) -> list[Row]: ...


class Tx(Reader, Protocol):
    """An open transaction."""

    connection: Any
    """The `sqlite3.Connection` or `asyncpg.Connection`, for libraries. Do not commit or roll back on it."""

    async def execute(self, sql: str, /, **values: Any) -> int:
        """Run a statement and return the number of changed rows.

        Raises Duplicate. To continue the transaction after it, run the statement in a savepoint.
        """

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Roll back the changes made inside the block if it raises."""

    async def lock(self, name: str) -> None:
        """Lock this name until the transaction ends. Waits for other transactions that hold it."""

    async def try_lock(self, name: str) -> bool:
        """Lock this name unless another transaction holds it. Returns whether it is locked."""

    async def run_script(self, script: str) -> None:
        """Run the statements of a migration. Raises ScriptFailed."""

    def after_commit(self, callback: Callable[[], None]) -> None: ...


class Database(Reader, Protocol):
    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Commit at the end of the block, roll back if it raises."""

    def begin_migration(self, script: str) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction for this migration script, with longer timeouts."""

    async def close(self) -> None: ...


def forbid_in_transaction() -> None:
    """Raise ProgrammingError inside a transaction. Call it before waiting for a network call or a lock."""
    if transaction_is_open.get():
        raise ProgrammingError("external call or second transaction inside a database transaction")


async def insert(tx: Tx, table: str, row: Row, otherwise: str = "") -> bool:
    """Insert a row and return whether a row was inserted or changed.

    Raises Duplicate if the row exists, unless `otherwise` handles it, as with `ON CONFLICT DO NOTHING`.
    """
    columns, values = ", ".join(f'"{column}"' for column in row), ", ".join(f":{column}" for column in row)
    return bool(await tx.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({values}) {otherwise}', **row))
