"""Parses BROKER_URL for Redis, and names the keys of a system."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

PARTITIONS = 8
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 3.0
"""Longer than a read waits for events."""
URL = re.compile(
    r"(rediss?)://(?:([^/@:]*):([^/@]+)@)?([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::([0-9]{1,5}))?/([A-Za-z0-9_-]{1,64})"
)


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int
    prefix: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    encrypted: bool = False

    @classmethod
    def of_url(cls, url: str) -> "Address":
        match = URL.fullmatch(url)
        if not match or match[6].isdigit() or int(match[5] or 6379) > 65535:
            raise ValueError(
                "BROKER_URL must have the form redis://user:password@host:6379/prefix; the prefix is not a number"
            )
        scheme, user, password, host, port, prefix = match.groups()
        return cls(
            host.strip("[]"),
            int(port or 6379),
            prefix,
            unquote(user) if user else None,
            unquote(password) if password else None,
            scheme == "rediss",
        )

    @property
    def streams(self) -> list[str]:
        """The stream of each partition. Braces keep all keys on one node of a cluster, which scripts require."""
        return [f"{{{self.prefix}}}:{partition}" for partition in range(PARTITIONS)]

    def key(self, name: str, group: str) -> str:
        return f"{{{self.prefix}}}:{name}:{group}"

    def client(self) -> Redis:
        """Return a client without retries: publishers and consumers retry themselves."""
        return Redis(
            host=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            ssl=self.encrypted,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
