"""Reactions of messages to events."""

from depot.messages.messages import Announce, Note
from depot.messages.resource import Message, messages
from depot.platform.storage.database import Tx
from depot.platform.workflows.actions import action


@action
async def announce(tx: Tx, command: Announce) -> None:
    await messages.insert(tx, Message(trip_id=command.trip_id, driver=command.driver))


@action
async def note(tx: Tx, command: Note) -> None:
    await messages.insert(tx, Message(trip_id=command.trip_id, driver=command.driver))
