"""The table of messages. Follows blueprint.yaml."""

from typing import TypedDict

from depot.platform.storage.table import Record, Table
from depot.platform.values import Text, Time


class Message(Record):
    trip_id: Text
    driver: Text


class _Columns(TypedDict, total=False):
    created_at: Time
    trip_id: Text
    driver: Text


messages = Table("messages", Message, _Columns)
