"""Which discovery stands behind the port: DISCOVERY_URL says."""

from shop.platform.adapters.static_addresses import StaticAddresses
from shop.platform.calls.discovery import Discovery


def open_discovery(url: str, service: str) -> Discovery:  # noqa: ARG001, only registries ask who calls
    """For the process of this service. The URL is one of

    - `static:?orders=http://10.0.0.1:80,http://10.0.0.2:80`
    """
    if url.startswith("static:"):
        return StaticAddresses(url)
    raise SystemExit(f"DISCOVERY_URL is of no known kind: {url.partition(':')[0]}; .env.example shows one that is")
