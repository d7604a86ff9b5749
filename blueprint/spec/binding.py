"""Binds inputs by name and type to available fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.spec.findings import did_you_mean
from blueprint.spec.model import Field

Unbound = tuple[Field, str, str]


def unbound(wanted: Iterable[Field], known: tuple[Field, ...]) -> Iterator[Unbound]:
    """Yield each wanted field without a matching available one, with a message and a hint."""
    by_name = {field.name: field for field in known}
    for field in wanted:
        match = by_name.get(field.name)
        if match is None:
            yield field, f'the input "{field.name}" is not known', did_you_mean(field.name, by_name)
        elif not match.type.fits(field.type):
            message = f'the input "{field.name}" is {match.type}, not {field.type},'
            yield field, message, f'write "{field.name}: {match.carried}"'
        elif not match.fits(field):
            hint = f'write "{field.name}: {match.carried}"'
            yield field, f'the input "{field.name}" may be empty', hint
