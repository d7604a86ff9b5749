"""The discovery port: the addresses of other services, and the registration of this one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from shop.platform.workflows.background import Loop


class Discovery(ABC):
    helpers: Sequence[Loop] = ()
    """Loops that update the addresses."""
    sources: Sequence[Loop] = ()
    """Loops that register this process."""

    @abstractmethod
    async def addresses(self, service: str) -> list[str]:
        """Return the base URLs of the available instances, at least one.

        Raises Unavailable if none is running, LookupError for an unknown service.
        """
