"""The connection to Google Cloud Pub/Sub, or to an emulator of it."""

import asyncio
import os
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import google.auth
from google.pubsub_v1 import PublisherAsyncClient, SubscriberAsyncClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcAsyncIOTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcAsyncIOTransport
from grpc import aio

PATIENCE = 10.0
"""Timeout of a request in seconds."""
OPTIONS = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_reconnect_backoff_ms", 2000),
    # A connection whose other end is gone fails after 15 seconds.
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
]
NAMES = re.compile(r"[A-Za-z][A-Za-z0-9_-]{2,63}")
FORM = (
    "BROKER_URL must have the form pubsub://project/topic or pubsub://project/topic?emulator=host:port, "
    "with names of 3 to 64 letters, digits, _ and -"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A topic, whose name is also the prefix of its subscriptions, and an optional emulator."""

    project: str
    name: str
    emulator: str | None = None

    @classmethod
    def of_url(cls, url: str) -> "Address":
        """`pubsub://project/topic`, `pubsub://project/topic?emulator=host:port`. Raises ValueError."""
        parts = urlsplit(url)
        name, options = parts.path.removeprefix("/"), dict(parse_qsl(parts.query, keep_blank_values=True))
        emulator = options.pop("emulator", None) or os.environ.get("PUBSUB_EMULATOR_HOST")
        if options or not NAMES.fullmatch(parts.netloc) or not NAMES.fullmatch(name):
            raise ValueError(FORM)
        if emulator and not re.fullmatch(r"[^/:@]+:\d{1,5}", emulator):
            raise ValueError("the emulator of BROKER_URL, or PUBSUB_EMULATOR_HOST, must have the form host:port")
        return cls(parts.netloc, name, emulator)

    @property
    def topic(self) -> str:
        return f"projects/{self.project}/topics/{self.name}"

    def subscription(self, group: str) -> str:
        return f"projects/{self.project}/subscriptions/{self.name}-{group}"


@dataclass(frozen=True, slots=True)
class Clients:
    channel: aio.Channel
    publisher: PublisherAsyncClient
    subscriber: SubscriberAsyncClient


async def connect(emulator: str | None) -> Clients:
    """Connect with the default credentials of Google: a file, or the role of the machine."""
    if emulator:
        channel = aio.insecure_channel(emulator, OPTIONS)
    else:
        credentials, _ = await asyncio.to_thread(google.auth.default)
        channel = SubscriberGrpcAsyncIOTransport.create_channel(credentials=credentials, options=OPTIONS)
    publisher = PublisherAsyncClient(transport=PublisherGrpcAsyncIOTransport(channel=channel))
    return Clients(channel, publisher, SubscriberAsyncClient(transport=SubscriberGrpcAsyncIOTransport(channel=channel)))
