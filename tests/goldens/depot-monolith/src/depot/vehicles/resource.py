"""Vehicle: what is stored of one. Follows blueprint.yaml."""

from depot.platform.table import Record, Table
from depot.platform.values import Boolean, Text


class Vehicle(Record):
    trip_id: Text
    express: Boolean
    status: Text = "pending"


vehicles = Table("vehicles", Vehicle)
