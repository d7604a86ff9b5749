"""Responses of drivers. Follows blueprint.yaml."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from depot.platform.http.views import View
from depot.platform.values import Integer, Text


class DriverView(View):
    id: str
    created_at: datetime
    name: Text
    level: Annotated[Integer, Field(ge=1)]
