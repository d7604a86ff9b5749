"""A server for Google's Pub/Sub client: `python server.py PORT`. It keeps everything in memory."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from google.pubsub_v1 import types
from grpc import aio
from subscriptions import Subscription

DELETED = "_deleted-topic_"
LOOK = 0.02
"""Seconds between two looks at what can be sent."""
LARGEST_REQUEST = 10_000_000
MOST_MESSAGES = 1000
SHORTEST_LEASE, LONGEST_LEASE = 10, 600
FORBIDDEN = "projects/forbidden/"
IDS = itertools.count(1)

T = TypeVar("T")
Context = aio.ServicerContext[Any, Any]


class PubSub:
    def __init__(self) -> None:
        self._topics: dict[str, types.Topic] = {}
        self._subscriptions: dict[str, Subscription] = {}

    async def create_topic(self, topic: types.Topic, context: Context) -> types.Topic:
        await _new(self._topics, topic.name, context)
        self._topics[topic.name] = topic
        return topic

    async def create_subscription(self, wanted: types.Subscription, context: Context) -> types.Subscription:
        await _new(self._subscriptions, wanted.name, context)
        await _found(self._topics, wanted.topic, context)
        self._subscriptions[wanted.name] = Subscription(wanted.topic, wanted.enable_message_ordering)
        return wanted

    async def get_subscription(
        self, request: types.GetSubscriptionRequest, context: Context
    ) -> types.Subscription:
        found = await _found(self._subscriptions, request.subscription, context)
        return types.Subscription(
            name=request.subscription, topic=found.topic, enable_message_ordering=found.ordered
        )

    async def delete_topic(self, request: types.DeleteTopicRequest, context: Context) -> empty_pb2.Empty:
        await _found(self._topics, request.topic, context)
        del self._topics[request.topic]
        for subscription in self._subscriptions.values():
            if subscription.topic == request.topic:
                subscription.topic = DELETED
        return empty_pb2.Empty()

    async def delete_subscription(
        self, request: types.DeleteSubscriptionRequest, context: Context
    ) -> empty_pb2.Empty:
        await _found(self._subscriptions, request.subscription, context)
        del self._subscriptions[request.subscription]
        return empty_pb2.Empty()

    async def publish(self, request: types.PublishRequest, context: Context) -> types.PublishResponse:
        await _found(self._topics, request.topic, context)
        if len({message.ordering_key for message in request.messages}) > 1:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "all messages must have one ordering key")
        if (
            len(request.messages) > MOST_MESSAGES
            or len(types.PublishRequest.serialize(request)) > LARGEST_REQUEST
        ):
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the request is too large")
        for message in request.messages:
            message.message_id = str(next(IDS))
            body = types.PubsubMessage.serialize(message)
            for subscription in self._subscriptions.values():
                if subscription.topic == request.topic:
                    subscription.add(message.message_id, message.ordering_key, body)
        return types.PublishResponse(message_ids=[message.message_id for message in request.messages])

    async def acknowledge(self, request: types.AcknowledgeRequest, context: Context) -> empty_pb2.Empty:
        subscription = await _found(self._subscriptions, request.subscription, context)
        for ack_id in request.ack_ids:
            subscription.acknowledge(ack_id, time.monotonic())
        return empty_pb2.Empty()

    async def modify_ack_deadline(
        self, request: types.ModifyAckDeadlineRequest, context: Context
    ) -> empty_pb2.Empty:
        subscription = await _found(self._subscriptions, request.subscription, context)
        for ack_id in request.ack_ids:
            subscription.lease(ack_id, time.monotonic(), request.ack_deadline_seconds)
        return empty_pb2.Empty()

    async def streaming_pull(
        self, requests: AsyncIterator[types.StreamingPullRequest], context: Context
    ) -> AsyncIterator[types.StreamingPullResponse]:
        """Ends when the client says no more; what it holds then is its own until the deadlines."""
        first = await anext(requests)
        subscription = await _found(self._subscriptions, first.subscription, context)
        lease = first.stream_ack_deadline_seconds
        if not SHORTEST_LEASE <= lease <= LONGEST_LEASE:
            await context.abort(
                grpc.StatusCode.INVALID_ARGUMENT, "stream_ack_deadline_seconds is out of range"
            )
        stream = object()
        listening = asyncio.create_task(_listen(requests, subscription))
        try:
            while not listening.done():
                await _found(self._subscriptions, first.subscription, context)
                limit = first.max_outstanding_messages or MOST_MESSAGES
                if taken := subscription.take(stream, limit, time.monotonic(), lease):
                    yield types.StreamingPullResponse(
                        received_messages=[
                            types.ReceivedMessage(
                                ack_id=each.ack_id, message=types.PubsubMessage.deserialize(each.body)
                            )
                            for each in taken
                        ]
                    )
                else:
                    await asyncio.wait([listening], timeout=LOOK)
        finally:
            listening.cancel()


async def _listen(requests: AsyncIterator[types.StreamingPullRequest], subscription: Subscription) -> None:
    """A client may acknowledge, and ask for more time, in its stream as well."""
    async for request in requests:
        now = time.monotonic()
        for ack_id in request.ack_ids:
            subscription.acknowledge(ack_id, now)
        for ack_id, seconds in zip(
            request.modify_deadline_ack_ids, request.modify_deadline_seconds, strict=True
        ):
            subscription.lease(ack_id, now, seconds)


async def _new(known: dict[str, Any], name: str, context: Context) -> None:
    if name.startswith(FORBIDDEN):
        await context.abort(grpc.StatusCode.PERMISSION_DENIED, f"{name} is not yours")
    if name in known:
        await context.abort(grpc.StatusCode.ALREADY_EXISTS, f"{name} is there")


async def _found(known: dict[str, T], name: str, context: Context) -> T:
    if name not in known:
        await context.abort(grpc.StatusCode.NOT_FOUND, f"{name} is not there")
    return known[name]


def _unary(method: Callable[..., Any], request: Any, response: Any) -> grpc.RpcMethodHandler[Any, Any]:
    return grpc.unary_unary_rpc_method_handler(method, request.deserialize, _serializer(response))


def _serializer(message: Any) -> Callable[[Any], bytes]:
    return message.SerializeToString if message is empty_pb2.Empty else message.serialize


def handlers(pubsub: PubSub) -> list[grpc.GenericRpcHandler]:
    publisher = {
        "CreateTopic": _unary(pubsub.create_topic, types.Topic, types.Topic),
        "DeleteTopic": _unary(pubsub.delete_topic, types.DeleteTopicRequest, empty_pb2.Empty),
        "Publish": _unary(pubsub.publish, types.PublishRequest, types.PublishResponse),
    }
    subscriber = {
        "CreateSubscription": _unary(pubsub.create_subscription, types.Subscription, types.Subscription),
        "GetSubscription": _unary(pubsub.get_subscription, types.GetSubscriptionRequest, types.Subscription),
        "DeleteSubscription": _unary(
            pubsub.delete_subscription, types.DeleteSubscriptionRequest, empty_pb2.Empty
        ),
        "Acknowledge": _unary(pubsub.acknowledge, types.AcknowledgeRequest, empty_pb2.Empty),
        "ModifyAckDeadline": _unary(
            pubsub.modify_ack_deadline, types.ModifyAckDeadlineRequest, empty_pb2.Empty
        ),
        "StreamingPull": grpc.stream_stream_rpc_method_handler(
            pubsub.streaming_pull,
            types.StreamingPullRequest.deserialize,
            types.StreamingPullResponse.serialize,
        ),
    }
    return [
        grpc.method_handlers_generic_handler("google.pubsub.v1.Publisher", publisher),
        grpc.method_handlers_generic_handler("google.pubsub.v1.Subscriber", subscriber),
    ]


async def main(port: str) -> None:
    server = aio.server(options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers(handlers(PubSub()))
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1]))
