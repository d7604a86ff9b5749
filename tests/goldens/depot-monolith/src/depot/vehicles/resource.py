"""The table of vehicles. Follows blueprint.yaml."""

from typing import TypedDict

from depot.platform.storage.table import Record, Table
from depot.platform.values import Boolean, Text, Time


class Vehicle(Record):
    trip_id: Text
    express: Boolean
    status: Text = "pending"


class _Columns(TypedDict, total=False):
    created_at: Time
    trip_id: Text
    express: Boolean
    status: Text


vehicles = Table("vehicles", Vehicle, _Columns)
