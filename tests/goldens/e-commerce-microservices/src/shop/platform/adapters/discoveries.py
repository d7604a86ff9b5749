"""Opens the discovery that DISCOVERY_URL selects."""

from shop.platform.adapters.static_addresses import StaticAddresses
from shop.platform.calls.discovery import Discovery


def open_discovery(url: str, service: str) -> Discovery:
    """Open the discovery for this service. Supported URLs:

    - `static:?orders=http://10.0.0.1:80,http://10.0.0.2:80`
    """
    if url.startswith("static:"):
        return StaticAddresses(url)
    raise SystemExit(f"DISCOVERY_URL has an unknown scheme: {url.partition(':')[0]}; see .env.example")
