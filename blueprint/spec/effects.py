"""What the actions of a service do to its rows, as far as the spec says, and so who sets their `status`.

Code, documents, events, migrations and rules ask here: nothing else decides whether a `status` is the
service's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from blueprint.spec.model import Action, Field, Service, Workflow
from blueprint.spec.names import Name

STATUS = Name("status")


class Effect(Struct, frozen=True):
    """What an action does to rows of its own service; `key` is the input that they are found by.

    change: it brings the id of a row.
    add:    it brings all that a row needs, and the id of something else.
    undo:   it takes back one that adds: the rows with the same `key`.
    find:   it brings the id of something else that no two rows share. One that only reacts to an event does
            not: it is informed about the row, not asked to change it.
    """

    kind: Literal["change", "add", "undo", "find"]
    key: Name


def effect_of(service: Service, action: Action) -> Effect | None:
    """The effect that follows from what the action takes; None where no row is meant."""
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
    """Who sets the `status` of the rows, for people; None where the service has none, or it is a plain field.

    A service has a status of its own where a workflow starts from its rows, or one of its actions has an
    effect on them. The service has to be complete: what an action takes may follow from elsewhere.
    """
    if not any(field.name == STATUS for field in service.resource or ()):
        return None
    for workflow in workflows:
        if workflow.starts == service.name:
            return f'the workflow "{workflow.name}"'
    setting = (action for action in service.actions if effect_of(service, action) is not None)
    return next((f'the action "{action.name}"' for action in setting), None)


def _missing(resource: Iterable[Field], brought: Iterable[Field]) -> set[Name]:
    """What a row cannot do without and would not have."""
    return {field.name for field in resource if not field.optional} - {field.name for field in brought}


def _fits(field: Field, columns: dict[Name, Field]) -> bool:
    return field.name in columns and field.fits(columns[field.name])
