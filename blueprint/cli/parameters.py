"""Words of the command line as values, without pydantic.

Typer leaves every conversion to it, and loading it takes longer than loading all else that a command needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

_PLAIN: tuple[object, ...] = (str, Path, bool, list[str])


class _Conversion:
    """Stands where typer expects one of its own."""

    def __init__(self, convert: Callable[[object], object]) -> None:
        self._convert = convert

    def coerce(self, value: object, **_context: object) -> object:
        return None if value is None else self._convert(value)


# Typer does not export the types of a parameter and of the context that it hands over here.
class QuickCommand(TyperCommand):
    """A command that takes texts and paths as they are; parameters of other types stay with typer."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _quickened(super().get_params(ctx))


class QuickGroup(TyperGroup):
    """The same for what stands before the name of the command."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _quickened(super().get_params(ctx))


def _quickened(parameters: Iterable[object]) -> list[object]:
    found = list(parameters)
    for parameter in found:
        if isinstance(parameter, TyperArgument | TyperOption):
            annotation = parameter.type_descriptor.annotation
            if annotation in _PLAIN:
                vars(parameter)["get_runtime_param"] = lambda kind=annotation: _Conversion(kind)
    return found
