"""Rules for actions and their undos."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.errors import Problem
from blueprint.spec.binding import unbound
from blueprint.spec.location import Location
from blueprint.spec.model import Action, Service, Spec


def outputs_named_as_inputs(spec: Spec) -> Iterator[Problem]:
    """Outputs differ from inputs in name, because all values of a workflow share one namespace."""
    for service, action in _actions(spec):
        inputs = {field.name for field in action.inputs}
        for field in action.outputs:
            if field.name in inputs:
                keys = ("services", service.name, "actions", action.name, "out", field.name)
                message = f'"{field.name}" goes into "{action.name}" and comes out of it'
                yield spec.marks.key_location(*keys).problem(
                    "same-name", message, "give the output its own name"
                )


def repeated_reasons(spec: Spec) -> Iterator[Problem]:
    """Reasons to refuse are unique."""
    for service, action in _actions(spec):
        for index, reason in enumerate(action.refuses):
            if reason in action.refuses[:index]:
                location = _location(spec, service, action, "refuses", index)
                yield location.problem("repeated", f'"{reason}" is a reason already', "delete it")


def undo_of_an_undo(spec: Spec) -> Iterator[Problem]:
    """An undo must succeed: it cannot refuse, and has no undo."""
    for service, action in _actions(spec):
        undone = next((other for other in service.actions if other.undo == action.name), None)
        for part, is_there in (("refuses", bool(action.refuses)), ("undo", action.undo is not None)):
            if undone and is_there:
                message = f'"{action.name}" undoes "{undone.name}", so it cannot have "{part}"'
                location = _location(spec, service, action, part)
                yield location.problem("undo-must-succeed", message, f'delete "{part}"')


def shared_undos(spec: Spec) -> Iterator[Problem]:
    """An undo belongs to one action."""
    for service in spec.services:
        taken: dict[str, str] = {}
        for action in service.actions:
            if action.undo and (first := taken.setdefault(action.undo, action.name)) != action.name:
                message = f'"{action.undo}" undoes "{first}" already'
                location = _location(spec, service, action, "undo")
                yield location.problem("same-name", message, "give each action its own undo")


def unbound_undos(spec: Spec) -> Iterator[Problem]:
    """The inputs of an undo are inputs or outputs of its action."""
    for service, action in _actions(spec):
        if action.undoes is None:
            continue
        undone = service.action(action.undoes)
        for field, message, hint in unbound(action.inputs, (*undone.inputs, *undone.outputs)):
            location = _location(spec, service, action, "in", field.name)
            yield location.problem("unbound-input", f'{message} in "{undone.name}", which it undoes', hint)


def unbound_reactions(spec: Spec) -> Iterator[Problem]:
    """The inputs of a reaction are data of its event."""
    for service in spec.services:
        for reaction in service.reactions:
            data = spec.event_data(reaction.event)
            for _, message, hint in unbound(service.action(reaction.action).inputs, data):
                location = spec.marks.location("services", service.name, "reacts_to", reaction.event)
                yield location.problem("unbound-input", f'{message} in "{reaction.event}"', hint)


def _actions(spec: Spec) -> Iterator[tuple[Service, Action]]:
    for service in spec.services:
        for action in service.actions:
            yield service, action


def _location(spec: Spec, service: Service, action: Action, *keys: str | int) -> Location:
    return spec.marks.location("services", service.name, "actions", action.name, *keys)


WRITTEN_ACTION_RULES = (outputs_named_as_inputs, repeated_reasons, undo_of_an_undo, shared_undos)
COMPLETE_ACTION_RULES = (unbound_undos, unbound_reactions)
