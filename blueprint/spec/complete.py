"""Adds the parts that a spec can omit: undos, actions of reactions, inputs and statuses.

the last action of a workflow   is given the id of the row that started it, first
an undo without "in"            takes what the action that it undoes took and gave
a reaction without "in"         takes the data of its event; of several, what they have in common
a status                        is kept by the service where a workflow or an action sets it
an action that nothing calls    is answered over HTTP by a new service
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from msgspec.structs import replace

from blueprint.errors import Problem, SpecError
from blueprint.spec.action_routes import uncalled_actions
from blueprint.spec.effects import STATUS, status_setter
from blueprint.spec.model import CREATED, Action, ActionRef, Field, Service, Spec, common_fields
from blueprint.spec.name_rules import action_names
from blueprint.spec.names import Name

Actions = dict[ActionRef, Action]


def complete(spec: Spec) -> Spec:
    """Return the complete spec of a valid one. Raises SpecError if inputs depend on themselves."""
    services = tuple(_with_implied_actions(service) for service in spec.services)
    ended = _with_outcome_ids(replace(spec, services=services))
    # The fields at the start of a workflow depend on the status; later ones depend on implied inputs.
    return _with_uncalled(_with_kept_status(_with_inputs(_with_kept_status(ended))))


def _with_implied_actions(service: Service) -> Service:
    written = {action.name: action for action in service.actions}
    undoes = {action.undo: action for action in reversed(service.actions) if action.undo is not None}
    actions = []
    for name in action_names(service):
        undone = undoes.get(name)
        external = undone is not None and undone.external
        action = written.get(name) or Action(name, external=external)
        actions.append(replace(action, undoes=undone.name if undone else None))
    return replace(service, actions=tuple(actions))


def _with_outcome_ids(spec: Spec) -> Spec:
    outcomes = {
        ref: _given_id(spec, ref)
        for workflow in spec.workflows
        for ref in (workflow.success, workflow.failure)
        if ref.service == workflow.starts
    }
    return _with_actions(spec, outcomes)


def _given_id(spec: Spec, ref: ActionRef) -> Action:
    action, identity = spec.action(ref), spec.service(ref.service).id_field
    if any(field.name == identity.name for field in action.inputs):
        return action
    return replace(action, inputs=(identity, *action.inputs))


def _with_uncalled(spec: Spec) -> Spec:
    found = {service.name: uncalled_actions(spec, service) for service in spec.services}
    services = (replace(each, uncalled=found[each.name], exposed=found[each.name]) for each in spec.services)
    return replace(spec, services=tuple(services))


def _with_kept_status(spec: Spec) -> Spec:
    return replace(spec, services=tuple(_keeping_status(spec, service) for service in spec.services))


def _keeping_status(spec: Spec, service: Service) -> Service:
    if status_setter(service, spec.workflows) is None:
        return service
    kept = {*service.managed_fields, STATUS}
    names = tuple(field.name for field in service.resource or () if field.name in kept)
    return replace(service, managed_fields=names)


def _with_inputs(spec: Spec) -> Spec:
    """Add missing inputs to actions, in the order of their dependencies."""
    sources = {ref: _sources(spec, ref) for ref in _without_inputs(spec)}
    try:
        order = [ref for ref in TopologicalSorter(sources).static_order() if ref in sources]
    except CycleError as error:
        raise SpecError(_circle(spec, error.args[1])) from error
    for ref in order:
        spec = _with_actions(spec, {ref: replace(spec.action(ref), inputs=_inputs(spec, ref))})
    return spec


def _without_inputs(spec: Spec) -> Iterator[ActionRef]:
    for service in spec.services:
        reacting = {reaction.action for reaction in service.reactions}
        for action in service.actions:
            is_written = ("services", service.name, "actions", action.name, "in") in spec.marks
            if not (is_written or action.inputs) and (action.undoes or action.name in reacting):
                yield ActionRef(service.name, action.name)


def _sources(spec: Spec, ref: ActionRef) -> list[ActionRef]:
    """The actions on whose inputs those of this action depend."""
    if (undone := spec.action(ref).undoes) is not None:
        return [ActionRef(ref.service, undone)]
    described = {older.event for older in spec.events}
    publishers = [spec.publisher(event) for event in _events(spec, ref) if event not in described]
    return [
        ActionRef(service.name, publication.occurrence)
        for service, publication in publishers
        if publication.occurrence != CREATED
    ]


def _inputs(spec: Spec, ref: ActionRef) -> tuple[Field, ...]:
    if (undone := spec.action(ref).undoes) is not None:
        action = spec.service(ref.service).action(undone)
        return (*action.inputs, *action.outputs)
    return common_fields(spec.event_data(event) for event in _events(spec, ref))


def _events(spec: Spec, ref: ActionRef) -> list[Name]:
    reactions = spec.service(ref.service).reactions
    return [reaction.event for reaction in reactions if reaction.action == ref.action]


def _circle(spec: Spec, refs: list[ActionRef]) -> Problem:
    message = f"the inputs of these actions depend on each other: {', '.join(map(str, refs[:-1]))}"
    first = min(refs, key=lambda ref: spec.marks.key_location("services", ref.service).line or 0)
    location = spec.marks.key_location("services", first.service, "reacts_to")
    return location.problem("circular-inputs", message, f'write "in" for {first}')


def _with_actions(spec: Spec, changed: Actions) -> Spec:
    touched = {ref.service for ref in changed}
    services = tuple(
        _with_changed(service, changed) if service.name in touched else service for service in spec.services
    )
    return replace(spec, services=services)


def _with_changed(service: Service, changed: Actions) -> Service:
    actions = tuple(changed.get(ActionRef(service.name, action.name), action) for action in service.actions)
    return replace(service, actions=actions)
