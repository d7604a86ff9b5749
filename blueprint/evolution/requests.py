"""Detect fields that are newly part of requests, or no longer, from the code of a service.

The spec alone does not tell: whether a service keeps a field by itself can change while the field stays as it
is, by an action that comes or goes, or by a rule of a newer version of the tool.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from msgspec import Struct

from blueprint.spec.model import Spec
from blueprint.spec.names import Name
from blueprint.tree import RelPath

Texts = Mapping[RelPath, tuple[bytes, bytes]]
"""Existing files that change: their bytes before and after."""


class MovedField(Struct, frozen=True):
    """A field that becomes part of requests that create a row, or no longer is.

    It was there before, unless it is `new`: then every request has to bring it.
    """

    service: str
    field: str
    taken: bool
    required: bool
    new: bool = False

    def __str__(self) -> str:
        """The change, and what to do."""
        if self.new:
            return (
                f'POST /{self.service} now answers 422 without "{self.field}": '
                "add it to your tests and clients"
            )
        if not self.taken:
            return f'POST /{self.service} no longer takes "{self.field}": the service sets it'
        may = "have to" if self.required else "may"
        return (
            f'POST /{self.service} takes "{self.field}" now, since no workflow and no action sets it: '
            f"your tests and clients {may} bring it"
        )


def moved_fields(before: Spec | None, after: Spec, texts: Texts) -> tuple[MovedField, ...]:
    """Fields that moved between the service and its requests; `before` is the old spec, if known."""
    return tuple(_moved(before, after, texts))


def _moved(before: Spec | None, after: Spec, texts: Texts) -> Iterator[MovedField]:
    earlier = _fields(before) if before is not None else None
    for service in after.services:
        path = RelPath(f"src/{after.name.snake}/{service.name.snake}/requests.py")
        if path not in texts:
            continue
        old, new = map(_declared, texts[path])
        for field in service.resource or ():
            name = field.name.snake
            if old is None or new is None or (name in old) == (name in new):
                continue
            is_new = earlier is not None and (service.name, field.name) not in earlier
            if not is_new or (name in new and not field.optional):
                yield MovedField(service.name.kebab, name, name in new, not field.optional, is_new)


def _fields(spec: Spec) -> set[tuple[Name, Name]]:
    return {(service.name, field.name) for service in spec.services for field in service.resource or ()}


def _declared(content: bytes) -> set[str] | None:
    """The fields of all classes of a module; None if it cannot be parsed, for example during a merge."""
    try:
        module = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return {
        node.target.id
        for each in module.body
        if isinstance(each, ast.ClassDef)
        for node in each.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
