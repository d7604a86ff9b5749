"""The effects of actions on the rows of their service, and whether the service manages their `status`.

Code, documents, events, migrations and rules all use this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from blueprint.spec.model import Action, Field, Service, Workflow
from blueprint.spec.names import Name

STATUS = Name("status")


class Effect(Struct, frozen=True):
    """The effect of an action on rows of its service; `key` is the input that selects them.

    change: its inputs contain the id of a row.
    add:    its inputs contain all required fields of a row, and the id of something else.
    undo:   it undoes an action that adds: it affects the rows with the same `key`.
    find:   its inputs contain the id of something else that is unique among rows. This excludes reactions,
            which are only informed about the row.
    """

    kind: Literal["change", "add", "undo", "find"]
    key: Name


def effect_of(service: Service, action: Action) -> Effect | None:
    """The effect of the action according to its inputs, or None."""
    if service.resource is None:
        return None
    if any(field.name == service.id_name for field in action.inputs):
        return Effect("change", service.id_name)
    columns = {field.name: field for field in service.resource}
    shared = [field for field in action.inputs if _fits(field, columns)]
    ids = [field for field in shared if field.name.endswith("_id")]
    given = [field.name for field in ids if not field.optional]
    if action.undoes:
        undone = effect_of(service, service.action(action.undoes))
        if undone is not None and undone.kind == "add" and undone.key in given:
            return Effect("undo", undone.key)
    elif ids and _missing(service.resource, shared) <= {STATUS}:
        return Effect("add", ids[0].name)
    if any(reaction.action == action.name for reaction in service.reactions):
        return None
    unique = [name for name in given if columns[name].unique]
    return Effect("find", unique[0]) if unique else None


def status_setter(service: Service, workflows: Iterable[Workflow]) -> str | None:
    """A description of what sets `status`, or None if it is a normal field or does not exist.

    A service manages a status if a workflow starts from its rows, or if one of its actions has an
    effect on them. The service must be complete, because inputs can be implied.
    """
    if not any(field.name == STATUS for field in service.resource or ()):
        return None
    for workflow in workflows:
        if workflow.starts == service.name:
            return f'the workflow "{workflow.name}"'
    setting = (action for action in service.actions if effect_of(service, action) is not None)
    return next((f'the action "{action.name}"' for action in setting), None)


def _missing(resource: Iterable[Field], brought: Iterable[Field]) -> set[Name]:
    """Required fields that the action does not provide."""
    return {field.name for field in resource if not field.optional} - {field.name for field in brought}


def _fits(field: Field, columns: dict[Name, Field]) -> bool:
    return field.name in columns and field.fits(columns[field.name])
