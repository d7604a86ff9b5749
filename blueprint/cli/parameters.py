"""Conversion of command-line arguments without pydantic.

Typer uses pydantic for conversions, and importing it takes longer than everything else a command imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

_PLAIN: tuple[object, ...] = (str, Path, bool, list[str])

Directory = Annotated[
    Path | None,
    typer.Option(
        "-C",
        "--dir",
        metavar="<path>",
        help="The project, or a folder below it.",
        show_default=False,
    ),
]
"""Of every command that takes a project; `project_folder` says which one."""

ProjectArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR",
        help="The project; by default the one around the current folder.",
        show_default=False,
    ),
]
"""Of commands that take the project as an argument, too."""

Urls = Annotated[
    list[str] | None,
    typer.Option(
        "--url", metavar="<url>", help="The address of a process: http://... or orders=http://... Repeatable."
    ),
]
"""Of commands that ask running processes; without any, those that `blueprint run` has started."""


class _Conversion:
    """Replaces typer's own conversion."""

    def __init__(self, convert: Callable[[object], object]) -> None:
        self._convert = convert

    def coerce(self, value: object, **_context: object) -> object:
        return None if value is None else self._convert(value)


# Typer does not export the types of the parameter and the context that it passes.
class QuickCommand(TyperCommand):
    """A command that takes texts and paths without conversion; typer handles other types."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _quickened(super().get_params(ctx))


class QuickGroup(TyperGroup):
    """The same for the options before the name of the command."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _quickened(super().get_params(ctx))


def _quickened(parameters: Iterable[object]) -> list[object]:
    result = list(parameters)
    for parameter in result:
        if isinstance(parameter, TyperArgument | TyperOption):
            annotation = parameter.type_descriptor.annotation
            if annotation in _PLAIN:
                vars(parameter)["get_runtime_param"] = lambda kind=annotation: _Conversion(kind)
    return result
