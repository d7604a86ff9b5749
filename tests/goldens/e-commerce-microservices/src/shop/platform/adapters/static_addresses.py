"""Discovery without a registry: the URL lists the addresses."""

from urllib.parse import parse_qs

from shop.platform.calls.discovery import Discovery


class StaticAddresses(Discovery):
    def __init__(self, url: str) -> None:
        self._addresses = parse_qs(url.partition("?")[2])

    async def addresses(self, service: str) -> list[str]:
        return [address for listed in self._addresses[service] for address in listed.split(",")]
