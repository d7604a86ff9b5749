"""The SQLite adapter of the database port.

Statements run on the event loop: they take 10 to 100 microseconds, less than a round trip to a thread.
"""

import asyncio
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from shop.platform.adapters import sqlite_schema as schema
from shop.platform.adapters.private_files import make_private
from shop.platform.calls.failures import ProgrammingError
from shop.platform.storage.database import Duplicate, Row, ScriptFailed, forbid_in_transaction, transaction_is_open
from shop.platform.storage.sql import statements, transaction_control
from shop.platform.workflows.tasks import Unavailable

PATIENCE = 10.0
"""Seconds to wait for another process that writes to the file."""
CHECKPOINT = 200
"""Number of transactions between two checkpoints."""
UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)


class SqliteTx:
    dialect = "sqlite"
    locking = ""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.failed = False
        self.callbacks: list[Callable[[], None]] = []

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        return _one(self.connection, sql, values)

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        return self.connection.execute(sql, values).fetchall()

    async def execute(self, sql: str, /, **values: Any) -> int:
        try:
            return self.connection.execute(sql, values).rowcount
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode in UNIQUE:
                self.failed = True
                raise _duplicate(error) from error
            raise

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        self.connection.execute("SAVEPOINT inner")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:  # SQLite rolls back itself after some errors, such as a full disk
                self.connection.execute("ROLLBACK TO inner")
                self.connection.execute("RELEASE inner")
                self.failed = False
            raise
        self.connection.execute("RELEASE inner")

    async def lock(self, name: str) -> None:
        """Do nothing: SQLite runs one write transaction at a time."""

    async def try_lock(self, name: str) -> bool:
        return True

    async def run_script(self, script: str) -> None:
        if word := transaction_control(script):
            raise ScriptFailed(script, f"a migration runs in one transaction: remove {word}")
        for statement in statements(script):
            try:
                if not (schema.change(self.connection, statement) or schema.turns_references_off(statement)):
                    self.connection.execute(statement)
            except (sqlite3.Error, sqlite3.Warning) as error:
                if _is_temporary(error):
                    raise
                raise ScriptFailed(statement, str(error)) from error

    def after_commit(self, callback: Callable[[], None]) -> None:
        self.callbacks.append(callback)


class SqliteDatabase:
    """A database file with one writer. Transactions wait for each other, within and across processes."""

    locking = ""
    dialect = "sqlite"

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self._connections: list[sqlite3.Connection] = []
        make_private(path)
        for _ in range(2):
            self._connections.append(_connect(path, patience))
        self._writer, self._reader = self._connections
        self._turn = asyncio.Lock()
        self._begun = 0

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        return _one(self._reader, sql, values)

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        return self._reader.execute(sql, values).fetchall()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqliteTx]:
        forbid_in_transaction()
        await asyncio.sleep(0)  # yield to other tasks, as nothing below may wait
        async with self._turn:
            with _port_errors():
                await self._lock_the_file()
                if self._begun % CHECKPOINT == 0:
                    await self._checkpoint()
                self._begun += 1
                tx, token = SqliteTx(self._writer), transaction_is_open.set(True)
                try:
                    yield tx
                    if tx.failed:
                        raise ProgrammingError(
                            "the transaction continued after a statement failed outside of a savepoint"
                        )
                    self._writer.execute("COMMIT")
                except BaseException:
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    raise
                finally:
                    transaction_is_open.reset(token)
        for callback in tx.callbacks:
            callback()

    @asynccontextmanager
    async def begin_migration(self, script: str) -> AsyncIterator[SqliteTx]:
        if not schema.rebuilds_table(self._writer, script):
            async with self.begin() as tx:
                yield tx
            return
        async with self._without_references(), self.begin() as tx:
            yield tx
            if table := schema.broken_reference(self._writer):
                raise ScriptFailed(script, f"rows of {table} refer to missing rows")

    @asynccontextmanager
    async def _without_references(self) -> AsyncIterator[None]:
        """Turn foreign keys off, which is only possible between transactions."""
        async with self._turn:
            self._writer.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            self._writer.execute("PRAGMA foreign_keys = ON")

    async def close(self) -> None:
        self._close()

    def __del__(self) -> None:
        self._close()

    def _close(self) -> None:
        for connection in self._connections:
            connection.close()

    async def _checkpoint(self) -> None:
        """Run a checkpoint while the file is locked: before 3.51.3 a concurrent writer could corrupt it.

        The journal restarts with the next transaction. If the disk is full, it keeps growing.
        """
        with suppress(sqlite3.OperationalError):
            self._reader.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self._writer.execute("ROLLBACK")
        await self._lock_the_file()

    async def _lock_the_file(self) -> None:
        """Begin a transaction without blocking the event loop."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    raise
                if time.monotonic() > deadline:
                    raise Unavailable("another process has locked the database") from error
            await asyncio.sleep(0.002)


@asynccontextmanager
async def read_only(path: Path) -> AsyncIterator[SqliteTx]:
    """Open a file for a read-only transaction. Raises FileNotFoundError if it does not exist."""
    connection = _connect_read_only(path)
    try:
        connection.execute("BEGIN")
        yield SqliteTx(connection)
    finally:
        connection.close()


@contextmanager
def _port_errors() -> Iterator[None]:
    """Translate errors: a full or failing disk is temporary.

    Libraries that use the connection directly raise sqlite3 errors, too.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise Unavailable(f"the database cannot be written to: {error}") from error
        raise
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode in UNIQUE:
            raise _duplicate(error) from error
        raise


def _duplicate(error: sqlite3.IntegrityError) -> Duplicate:
    """`UNIQUE constraint failed: orders.user_id, orders.day`, or `index 'by_lower_name'` over an expression."""
    failed = str(error).partition("failed: ")[2]
    index = re.fullmatch("index '(.+)'", failed)
    return Duplicate(str(error), index.groups() if index else re.findall(r"\.([^,]+)", failed))


def _one(connection: sqlite3.Connection, sql: str, values: dict[str, Any]) -> Row | None:
    row: Row | None = connection.execute(sql, values).fetchone()
    return row


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    # Only one thread uses the connection, but the garbage collector may close it in another.
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, cached_statements=256, check_same_thread=False)
    connection.row_factory = _as_mapping
    connection.text_factory = _as_text
    try:
        _configure(connection, patience)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_read_only(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise FileNotFoundError(path)
    location = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(location, uri=True, timeout=PATIENCE, isolation_level=None)
    connection.row_factory, connection.text_factory = _as_mapping, _as_text
    return connection


def _configure(connection: sqlite3.Connection, patience: float) -> None:
    _set(connection, "journal_mode=WAL")  # if the file is locked, another process is setting this
    deadline = time.monotonic() + patience
    for setting in ("wal_autocheckpoint=0", "synchronous=NORMAL", "foreign_keys=ON"):
        while not _set(connection, setting):
            if time.monotonic() > deadline:
                raise Unavailable("another process has locked the database")
            time.sleep(0.01)


def _set(connection: sqlite3.Connection, setting: str) -> bool:
    """Return False while another process has locked the file."""
    try:
        connection.execute(f"PRAGMA {setting}")
    except sqlite3.OperationalError as error:
        if not _is_busy(error):
            raise
        return False
    return True


def _is_temporary(error: Exception) -> bool:
    """Return whether the disk is full or fails, or the file is locked."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _as_text(stored: bytes) -> str:
    """Decode text. SQLite stores any bytes, and invalid UTF-8 must not fail a whole query."""
    return stored.decode(errors="surrogateescape")


def _as_mapping(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}
