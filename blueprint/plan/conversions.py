"""Default conversions between versions of an event."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from blueprint.spec.model import Field
from blueprint.spec.versions import EventVersion


class Filling(Struct, frozen=True):
    """A field that is filled in: `taken` from the one of the same name, `made_up` where there may be none."""

    field: Field
    taken: bool
    made_up: bool


def conversion(known: EventVersion, wanted: EventVersion) -> tuple[Filling, ...]:
    """The fields of the wanted version, without those that may be empty and that nothing is known of."""
    return tuple(_fillings(known, wanted))


def _fillings(known: EventVersion, wanted: EventVersion) -> Iterator[Filling]:
    by_name = {field.name: field for field in known.fields}
    for field in wanted.fields:
        match = by_name.get(field.name)
        taken = match is not None and match.type.fits(field.type)
        made_up = not field.optional and not (taken and match is not None and match.fits(field))
        if taken or made_up:
            yield Filling(field, taken, made_up)
