"""Events in versions: what the data of each one is, and how one version becomes another."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from shop.platform.workflows.actions import ActionCall

VERSION = re.compile(r"\.v[0-9]+$")


class EventData(BaseModel):
    """What an event holds. It may hold more, which is left alone."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class Version:
    """An event in one version: its data, the version before it, and what leads from that one here and back.

    `downcast` is there where the version before is published beside this one.
    """

    data: type[EventData]
    before: str = ""
    upcast: Callable[[Any], EventData] | None = None
    downcast: Callable[[Any], EventData] | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions that are known, by the type of the event: `order.placed`, `order.placed.v2`."""

    known: Mapping[str, Version] = field(default_factory=dict)

    def told(self, type: str, data: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The data as it is, then in the older versions that are published. ValueError where it does not fit."""
        told, version = {type: data}, self.known.get(type)
        value = version.data.model_validate(data) if version else None
        while version and version.downcast:
            value, type, version = version.downcast(value), version.before, self.known[version.before]
            told[type] = value.model_dump(mode="json")
        return told

    def line(self, type: str) -> list[str]:
        """The version, and those before it, which can be made into it."""
        version = self.known.get(type)
        return [type, *(self.line(version.before) if version and version.before else ())]

    def current(self, call: ActionCall, wanted: Iterable[str]) -> ActionCall:
        """With the data in the version that is wanted here. LookupError where that cannot be had."""
        for type in wanted:
            if base_of(type) == base_of(call.event_type):
                return replace(call, context={**call.context, **self._upcast(call.context, call.event_type, type)})
        return call

    def _upcast(self, data: dict[str, Any], type: str, wanted: str) -> dict[str, Any]:
        line = self.line(wanted)
        if type not in line:
            raise LookupError(f"{type} is of a version that is not known here; known are {line}")
        if type == wanted:
            return data
        value: EventData = self.known[type].data.model_validate(data)
        for later in reversed(line[: line.index(type)]):
            upcast = self.known[later].upcast
            if upcast is None:
                raise LookupError(f"nothing makes a {later} of the version before it")
            value = upcast(value)
        return value.model_dump(mode="json")


NO_VERSIONS = Versions()


@lru_cache(1000)
def base_of(type: str) -> str:
    """What all versions of an event are called."""
    return VERSION.sub("", type)
