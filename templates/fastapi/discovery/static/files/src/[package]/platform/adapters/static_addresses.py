"""Discovery without a registry: the addresses stand in the URL itself."""

from urllib.parse import parse_qs


class StaticAddresses:
    def __init__(self, url: str) -> None:
        self._addresses = parse_qs(url.partition("?")[2])

    def addresses(self, service: str) -> list[str]:
        return self._addresses[service]
