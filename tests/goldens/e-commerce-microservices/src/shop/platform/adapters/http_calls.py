"""Calls between services over HTTP, with aiohttp."""

from typing import Any

import aiohttp

from shop.platform import telemetry
from shop.platform.database import forbid_in_transaction
from shop.platform.discovery import Discovery
from shop.platform.tasks import Unavailable, describe

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=1)


class HttpCalls:
    def __init__(self, discovery: Discovery) -> None:
        self._discovery = discovery
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def post(self, service: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        forbid_in_transaction()
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, connector=aiohttp.TCPConnector(limit_per_host=32))
        url = self._discovery.addresses(service)[0] + path
        try:
            async with self._session.post(url, json=body, headers={"traceparent": telemetry.traceparent()}) as answer:
                is_json = answer.content_type.endswith("json")  # a proxy on the way answers as it likes
                return answer.status, await answer.json(content_type=None) if is_json else await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(f"{service} does not answer: {describe(error)}") from error
