"""The discovery port: where the other services are."""

from typing import Protocol


class Discovery(Protocol):
    async def addresses(self, service: str) -> list[str]:
        """Base URLs of the instances that may be asked, at least one.

        Raises Unavailable where none runs now, LookupError for a service that does not exist.
        """
