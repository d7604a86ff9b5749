"""The discovery port: where the other services are, and that this one is there."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from shop.platform.workflows.background import Loop


class Discovery(ABC):
    helpers: Sequence[Loop] = ()
    """What keeps the addresses up to date."""
    sources: Sequence[Loop] = ()
    """What tells the others that this process is there."""

    @abstractmethod
    async def addresses(self, service: str) -> list[str]:
        """Base URLs of the instances that may be asked, at least one.

        Raises Unavailable where none runs now, LookupError for a service that does not exist.
        """
