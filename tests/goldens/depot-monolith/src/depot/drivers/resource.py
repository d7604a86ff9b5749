"""Driver: what is stored of one. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import Field

from depot.platform.table import Record, Table
from depot.platform.values import Integer, Text


class Driver(Record):
    name: Text
    level: Annotated[Integer, Field(ge=1)]


drivers = Table("drivers", Driver)
