"""Parses DATABASE_URL for PostgreSQL."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

POOL = 5
"""Default number of connections of a process."""
LIMITS = {
    "statement_timeout": "10000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "10000",
}
"""Milliseconds. The last one limits how long a hanging process can hold row locks."""
FORM = "postgresql://user:password@host:5432/database"
URL = re.compile(r"(postgres(?:ql)?://(?:[^/@?#\s]+@)?([^/@?#\s]*)/[^/?#\s]+)(?:\?([^#\s]*))?")
HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
HERE = re.compile(r"(?:localhost|127\.[0-9.]+|\[::1\])(?::[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Address:
    dsn: str
    """Contains the password."""
    hosts: str
    schema: str
    pool: int
    settings: dict[str, str]
    """Initial settings of a session."""

    @classmethod
    def of_url(cls, url: str, process: str) -> "Address":
        """Parse the URL. Raises ValueError.

        Unless the URL says otherwise, remote hosts need TLS, and of several hosts the one that accepts writes is used.
        """
        match = URL.fullmatch(url)
        options = dict(parse_qsl(match[3] or "", keep_blank_values=True)) if match else {}
        hosts = match[2].split(",") if match and match[2] else []
        if not match or not all(map(HOST.fullmatch, hosts)) or not (hosts or "host" in options):
            raise ValueError(f"DATABASE_URL must have the form {FORM}")
        pool = options.pop("pool", str(POOL))
        if not re.fullmatch("[1-9][0-9]{0,2}", pool):
            raise ValueError("DATABASE_URL: pool must be the number of connections of a process, from 1 to 999")
        if not all(map(HERE.fullmatch, hosts)):
            options.setdefault("sslmode", "require")
        if len(hosts) > 1:  # after a failover, another one of them accepts writes
            options.setdefault("target_session_attrs", "read-write")
        schema = _schema(process)
        limits = {name: value for name, value in LIMITS.items() if name not in options}
        return cls(
            dsn=f"{match[1]}?{urlencode(options)}",
            hosts=match[2] or options["host"],
            schema=schema,
            pool=int(pool),
            settings={**limits, "search_path": f'"{schema}"', "application_name": process},
        )


def _schema(process: str) -> str:
    """Return the schema of a process. Names reserved by the server get an underscore."""
    name = process.replace("-", "_")
    return f"_{name}" if name.startswith("pg_") or name == "information_schema" else name
