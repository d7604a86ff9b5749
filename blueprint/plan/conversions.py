"""Default conversions between versions of an event."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from blueprint.spec.model import Field
from blueprint.spec.versions import EventVersion


class Filling(Struct, frozen=True):
    """A field to fill in: `taken` from the field with the same name, `made_up` if that can be missing."""

    field: Field
    taken: bool
    made_up: bool


def conversion(known: EventVersion, wanted: EventVersion) -> tuple[Filling, ...]:
    """The fields of the wanted version, without optional ones that have no source."""
    return tuple(_fillings(known, wanted))


def _fillings(known: EventVersion, wanted: EventVersion) -> Iterator[Filling]:
    by_name = {field.name: field for field in known.fields}
    for field in wanted.fields:
        match = by_name.get(field.name)
        taken = match is not None and match.type.fits(field.type)
        made_up = not field.optional and not (taken and match is not None and match.fits(field))
        if taken or made_up:
            yield Filling(field, taken, made_up)
