"""Calls between services over HTTP, with aiohttp."""

import asyncio
import random
import time
from collections.abc import Mapping
from typing import Any

import aiohttp

from shop.platform.calls.discovery import Discovery
from shop.platform.calls.remote import TIMEOUT_HEADER, TOTAL
from shop.platform.calls.resilience import Dependency, deadline, seconds_left
from shop.platform.monitoring import telemetry
from shop.platform.storage.database import forbid_in_transaction
from shop.platform.workflows.tasks import Unavailable, describe

TRY = aiohttp.ClientTimeout(total=6, sock_connect=1)
"""Longer than the timeout of external calls in the called service."""
TRIES = 3
AVOID = 5.0
"""Seconds for which a failed instance is tried last."""
GATEWAY_ERRORS = (502, 504)
"""Statuses of a proxy that could not reach the service."""


class HttpCalls:
    """Calls the instances of a service in turn."""

    def __init__(self, discovery: Discovery) -> None:
        self._discovery = discovery
        self._session: aiohttp.ClientSession | None = None
        self._dependencies: dict[str, Dependency] = {}
        self._failed: dict[str, float] = {}
        self._turn = 0

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def post(self, service: str, path: str, body: dict[str, Any], key: str = "") -> tuple[int, Any]:
        forbid_in_transaction()
        headers = {"traceparent": telemetry.traceparent(), **({"Idempotency-Key": key} if key else {})}
        dependency = self._dependencies.setdefault(service, Dependency(service))
        async with dependency.call():
            try:
                async with deadline(TOTAL):
                    return await self._ask(dependency, await self._instances(service), path, body, headers)
            except (aiohttp.ClientError, TimeoutError) as error:
                raise Unavailable(f"{service} does not respond: {describe(error)}") from error

    async def _instances(self, service: str) -> list[str]:
        """Return all instances in rotating order, recently failed ones last."""
        available = await self._discovery.addresses(service)
        self._turn += 1
        start, now = self._turn % len(available), time.monotonic()
        return sorted(available[start:] + available[:start], key=lambda url: self._failed.get(url, 0) > now)

    async def _ask(
        self, dependency: Dependency, instances: list[str], path: str, body: dict[str, Any], headers: Mapping[str, str]
    ) -> tuple[int, Any]:
        """Try the instances in order. Without an idempotency key, retry only if the request was not sent."""
        tries = 0
        while True:
            url = instances[tries % len(instances)]
            tries += 1
            try:
                return await self._send(url + path, body, headers)
            except (aiohttp.ClientError, TimeoutError) as error:
                self._failed[url] = time.monotonic() + AVOID
                safe = "Idempotency-Key" in headers or isinstance(error, aiohttp.ClientConnectorError)
                if tries == TRIES or not safe or not dependency.may_retry():
                    raise
            await asyncio.sleep(random.uniform(0, 0.05 * 2**tries))  # noqa: S311, no secret

    async def _send(self, url: str, body: dict[str, Any], headers: Mapping[str, str]) -> tuple[int, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TRY, connector=aiohttp.TCPConnector(limit=0))
        timeout = {TIMEOUT_HEADER: f"{seconds_left():.3f}"}
        async with self._session.post(url, json=body, headers={**headers, **timeout}) as answer:
            if answer.status in GATEWAY_ERRORS:
                answer.raise_for_status()
            is_json = answer.content_type.endswith("json")  # a proxy may respond with HTML
            return answer.status, await answer.json(content_type=None) if is_json else await answer.text()
