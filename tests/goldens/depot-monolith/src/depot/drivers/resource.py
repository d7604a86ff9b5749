"""The table of drivers. Follows blueprint.yaml."""

from typing import Annotated, TypedDict

from pydantic import Field

from depot.platform.storage.table import Record, Table
from depot.platform.values import Integer, Text, Time


class Driver(Record):
    name: Text
    level: Annotated[Integer, Field(ge=1)]


class _Columns(TypedDict, total=False):
    created_at: Time
    name: Text
    level: Integer


drivers = Table("drivers", Driver, _Columns)
