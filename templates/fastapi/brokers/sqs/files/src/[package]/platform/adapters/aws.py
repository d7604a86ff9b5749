"""SNS and SQS clients. Their calls block, so they run in threads."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar
from urllib.parse import parse_qsl, urlsplit

import boto3
from botocore.config import Config

THREADS = 16
PATIENCE = 5.0
"""Timeout of a connection and of a response in seconds."""
FORM = (
    "BROKER_URL must have the form sqs://region/prefix or sqs://region/prefix?endpoint=http://host:port, "
    "with a prefix of up to 32 letters, digits, _ and -"
)
NAMES = re.compile(r"[A-Za-z0-9_-]{1,32}")

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """The region and name prefix of topic and queues. The endpoint defaults to AWS."""

    region: str
    prefix: str
    endpoint: str | None = None

    @classmethod
    def of_url(cls, url: str) -> "Address":
        """`sqs://region/prefix`, `sqs://region/prefix?endpoint=http://host:port`. Raises ValueError."""
        parts = urlsplit(url)
        prefix, options = parts.path.removeprefix("/"), dict(parse_qsl(parts.query, keep_blank_values=True))
        endpoint = options.pop("endpoint", None)
        if endpoint is not None and urlsplit(endpoint).scheme not in ("http", "https"):
            raise ValueError("BROKER_URL: the endpoint must be an http:// or https:// URL")
        if options or not re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", parts.netloc) or not NAMES.fullmatch(prefix):
            raise ValueError(FORM)
        return cls(parts.netloc, prefix, endpoint)


class Aws:
    """Clients with the default credentials of boto3: environment, profile, or the role of the machine."""

    def __init__(self, address: Address) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "aws")
        session = boto3.Session(region_name=address.region)
        config = Config(
            connect_timeout=PATIENCE,
            read_timeout=PATIENCE,
            max_pool_connections=THREADS,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        self.sns = session.client("sns", endpoint_url=address.endpoint, config=config)
        self.sqs = session.client("sqs", endpoint_url=address.endpoint, config=config)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(function, *args, **kwargs))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.sns.close()
        self.sqs.close()
