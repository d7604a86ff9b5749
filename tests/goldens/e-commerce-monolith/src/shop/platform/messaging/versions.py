"""Event versions: the data of each version, and the conversion between them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from shop.platform.workflows.actions import ActionCall

VERSION = re.compile(r"\.v[0-9]+$")


class EventData(BaseModel):
    """Base class for the data of events. Additional fields are ignored."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an event: its data, the previous version, and the conversions from and to that one.

    `downcast` is set if the previous version is published beside this one.
    """

    data: type[EventData]
    before: str = ""
    upcast: Callable[[Any], EventData] | None = None
    downcast: Callable[[Any], EventData] | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """All event versions by type: `order.placed`, `order.placed.v2`."""

    by_type: Mapping[str, Version] = field(default_factory=dict)

    def all_published(self, type: str, data: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the data by event type: as given, then converted to older published versions. Raises ValueError."""
        published, version = {type: data}, self.by_type.get(type)
        value = version.data.model_validate(data) if version else None
        while version and version.downcast:
            value, type, version = version.downcast(value), version.before, self.by_type[version.before]
            published[type] = value.model_dump(mode="json")
        return published

    def line(self, type: str) -> list[str]:
        """Return the type and its older versions, newest first."""
        version = self.by_type.get(type)
        return [type, *(self.line(version.before) if version and version.before else ())]

    def current(self, call: ActionCall, wanted: Iterable[str]) -> ActionCall:
        """Return the call with its data in the wanted version. Raises LookupError if there is no conversion."""
        for type in wanted:
            if base_of(type) == base_of(call.event_type):
                return replace(call, context={**call.context, **self._upcast(call.context, call.event_type, type)})
        return call

    def _upcast(self, data: dict[str, Any], type: str, wanted: str) -> dict[str, Any]:
        line = self.line(wanted)
        if type not in line:
            raise LookupError(f"unknown version {type}; known versions: {', '.join(line)}")
        if type == wanted:
            return data
        value: EventData = self.by_type[type].data.model_validate(data)
        for later in reversed(line[: line.index(type)]):
            upcast = self.by_type[later].upcast
            if upcast is None:
                raise LookupError(f"no conversion to {later} from the previous version")
            value = upcast(value)
        return value.model_dump(mode="json")


NO_VERSIONS = Versions()


@lru_cache(1000)
def base_of(type: str) -> str:
    """Return the type of an event without its version."""
    return VERSION.sub("", type)
