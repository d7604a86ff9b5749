"""Message: what is stored of one. Follows blueprint.yaml."""

from depot.platform.table import Record, Table
from depot.platform.values import Text


class Message(Record):
    trip_id: Text
    driver: Text


messages = Table("messages", Message)
