"""The AsyncAPI document: the events of a system, their senders and receivers."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.documents.messages import Follower, Message, messages
from blueprint.documents.schemas import Json, object_schema, type_schemas
from blueprint.spec.model import CREATED, Spec

_DATA = (
    "Amounts are integer numbers of cents, times RFC 3339 in UTC. "
    "An event may hold more than is written here: leave alone what you do not know."
)
_ON_BROKER = (
    "Each channel is a type of event on the broker. Events of one key come in order, each at least once. "
    + _DATA
)
_DELIVERED = (
    "There is no broker: the service that publishes an event delivers it to those that react to it, in order "
    "for each key and at least once. An event that nobody reacts to is not sent. " + _DATA
)

_HEADERS: Json = {
    "id": {"type": "string", "description": "The same for the same event, however often it comes."},
    "key": {"type": "string", "description": "What it happened to. Events of one key stay in order."},
    "traceparent": {"type": "string", "description": "The trace that it belongs to (W3C Trace Context)."},
}
_BROKER_HEADERS: Json = {
    **_HEADERS,
    "type": {"type": "string", "description": "What happened: the name of the channel."},
    "dataschema": {"type": "string", "format": "uri", "description": "The `$id` of its file in docs/events."},
    "time": {"type": "string", "format": "date-time", "description": "When it happened."},
    "workflow": {"type": "string", "description": "The workflow that it belongs to; empty outside of one."},
}


def asyncapi(spec: Spec, version: str, *, on_broker: bool) -> Json:
    """The document, in AsyncAPI 3.0. `version` is that of the project.

    With a broker, all messages are events, including the progress of workflows. Without one, an event is sent
    only
    if a service reacts to it.
    """
    sent = [one for one in messages(spec) if on_broker or one.reactions]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": spec.name.human.capitalize(),
            "version": version,
            "description": _ON_BROKER if on_broker else _DELIVERED,
        },
        "defaultContentType": "application/json",
        "channels": {one.event: _channel(one, on_broker) for one in sent},
        "operations": _operations(sent, on_broker),
        "components": _components(spec, sent, on_broker) if sent else {},
    }


def _channel(one: Message, on_broker: bool) -> Json:
    return {
        "address": one.event if on_broker else None,
        "description": _what_happened(one),
        "messages": {one.event: {"$ref": f"#/components/messages/{one.event}"}},
    }


def _operations(sent: Iterable[Message], on_broker: bool) -> Json:
    operations: Json = {}
    for one in sent:
        sender = one.occurrence.action.service.snake
        operations[f"{sender}.sends.{one.event}"] = _operation(one, "send", _what_happened(one))
        followers = one.followers if on_broker else one.reactions
        for receiver in dict.fromkeys(follower.action.service for follower in followers):
            own = [follower for follower in followers if follower.action.service == receiver]
            summary = "; ".join(map(_what_follows, own))
            operations[f"{receiver.snake}.receives.{one.event}"] = _operation(one, "receive", summary)
    return operations


def _operation(one: Message, action: str, summary: str) -> Json:
    channel = f"#/channels/{one.event}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": summary,
        "messages": [{"$ref": f"{channel}/messages/{one.event}"}],
    }


def _components(spec: Spec, sent: list[Message], on_broker: bool) -> Json:
    headers = _BROKER_HEADERS if on_broker else _HEADERS
    trait = {"headers": {"type": "object", "properties": headers, "required": list(headers)}}
    types = type_schemas(spec, (field for one in sent for field in one.data))
    return {
        "messages": {one.event: _message(one) for one in sent},
        "messageTraits": {"event": trait},
        **({"schemas": types} if types else {}),
    }


def _message(one: Message) -> Json:
    return {
        "name": one.event,
        "summary": _what_happened(one),
        "traits": [{"$ref": "#/components/messageTraits/event"}],
        "payload": {**object_schema(one.data), "additionalProperties": True},
    }


def _what_happened(one: Message) -> str:
    done = one.occurrence.action
    if done.action == CREATED:
        return f"a row of {done.service} was created"
    return f"{done} was {'refused' if one.occurrence.refused else 'done'}"


def _what_follows(follower: Follower) -> str:
    return f"{follower.workflow or 'reaction'}: {follower.action}"
