"""Where the other services are: DISCOVERY_URL says."""

from typing import Protocol
from urllib.parse import parse_qs


class Discovery(Protocol):
    def addresses(self, service: str) -> list[str]:
        """Base URLs of the instances that may be asked, the preferred one first.

        Raises Unavailable where none runs now, LookupError for a service that does not exist.
        """


class StaticDiscovery:
    def __init__(self, url: str) -> None:
        self._addresses = parse_qs(url.partition("?")[2])

    def addresses(self, service: str) -> list[str]:
        return self._addresses[service]


def open_discovery(url: str) -> Discovery:
    """`static:?orders=http://10.0.0.1:80&orders=http://10.0.0.2:80`"""
    if url.startswith("static:"):
        return StaticDiscovery(url)
    raise ValueError(f"DISCOVERY_URL is of no known kind: {url.partition(':')[0]}")
