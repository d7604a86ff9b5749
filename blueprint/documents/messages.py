"""The messages of a running system, and the actions they trigger.

The names are those that the system uses by itself (`orders.created`, `payments.charge.refused`), unless the
spec publishes an event for it: then it is known as that.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from blueprint.spec.model import CREATED, REASON, ActionRef, Field, Service, Spec, Workflow
from blueprint.spec.names import Name


class Occurrence(Struct, frozen=True):
    """A completed or refused action; a created row is the action `created` of its service."""

    action: ActionRef
    refused: bool = False

    def __str__(self) -> str:
        name = f"{self.action.service.snake}.{self.action.action.snake}"
        return f"{name}.refused" if self.refused else name


class Follower(Struct, frozen=True):
    """A triggered action: part of a workflow, or a reaction."""

    action: ActionRef
    workflow: Name | None = None


class Message(Struct, frozen=True):
    """An occurrence as a message; there is one for each version of its event.

    `event` is its name, `data` the known values. `published`: the spec declares the event; otherwise it is
    only
    used by workflows, which use the newest version.
    """

    event: str
    occurrence: Occurrence
    published: bool
    data: tuple[Field, ...]
    followers: tuple[Follower, ...]

    @property
    def reactions(self) -> tuple[Follower, ...]:
        """The followers outside workflows."""
        return tuple(follower for follower in self.followers if follower.workflow is None)


def messages(spec: Spec) -> tuple[Message, ...]:
    """All messages, by service, in the order of the spec."""
    return tuple(_messages(spec))


def transitions(spec: Spec, workflow: Workflow) -> tuple[tuple[Occurrence, ActionRef], ...]:
    """Pairs of an occurrence and the next action of the workflow.

    A refusal is followed by the undo of the last step before it that has one, and that by the one before; the
    failure action comes last.
    """
    start = ActionRef(workflow.starts, CREATED)
    line = (*workflow.steps, workflow.success)
    forward = [(Occurrence(done), after) for done, after in zip((start, *workflow.steps), line, strict=True)]
    back = [
        (Occurrence(step, refused=True), _way_back(spec, workflow, index)) for index, step in enumerate(line)
    ]
    undone = [
        (Occurrence(undo), _way_back(spec, workflow, index))
        for index, step in enumerate(workflow.steps)
        if (undo := _undo_of(spec, step)) is not None
    ]
    return (*forward, *back, *undone)


def _way_back(spec: Spec, workflow: Workflow, index: int) -> ActionRef:
    undos = (_undo_of(spec, step) for step in reversed(workflow.steps[:index]))
    return next((undo for undo in undos if undo is not None), workflow.failure)


def _undo_of(spec: Spec, step: ActionRef) -> ActionRef | None:
    undo = spec.action(step).undo
    return ActionRef(step.service, undo) if undo is not None else None


def _messages(spec: Spec) -> Iterator[Message]:
    followers = _workflow_followers(spec)
    emitted = {*followers, *_emitted_without_followers(spec)}
    for service in spec.services:
        for occurrence in _possible(service):
            *older, event = _published(service, occurrence) or (None,)
            if event is None and occurrence not in emitted:
                continue
            for version in filter(None, older):
                data = spec.event_data(version)
                yield Message(version, occurrence, True, data, tuple(_reactions(spec, version)))
            follow = (*followers.get(occurrence, ()), *_reactions(spec, event))
            yield Message(event or str(occurrence), occurrence, bool(event), _data(spec, occurrence), follow)


def _published(service: Service, occurrence: Occurrence) -> tuple[Name, ...]:
    """The versions of its event, oldest first; empty if the spec does not publish it."""
    done = None if occurrence.refused else occurrence.action.action
    return tuple(each.event for each in service.publishes if each.occurrence == done)


def _possible(service: Service) -> Iterator[Occurrence]:
    for name in (CREATED, *(action.name for action in service.actions)):
        ref = ActionRef(service.name, name)
        yield Occurrence(ref)
        yield Occurrence(ref, refused=True)


def _workflow_followers(spec: Spec) -> dict[Occurrence, list[Follower]]:
    followers: dict[Occurrence, list[Follower]] = {}
    for workflow in spec.workflows:
        for occurrence, action in transitions(spec, workflow):
            followers.setdefault(occurrence, []).append(Follower(action, workflow.name))
    return followers


def _emitted_without_followers(spec: Spec) -> Iterator[Occurrence]:
    """Occurrences without followers: ends of workflows, and reactions."""
    for workflow in spec.workflows:
        yield Occurrence(workflow.success)
        yield Occurrence(workflow.failure)
    for service in spec.services:
        for reaction in service.reactions:
            ref = ActionRef(service.name, reaction.action)
            yield Occurrence(ref)
            if spec.action(ref).refuses:
                yield Occurrence(ref, refused=True)


def _reactions(spec: Spec, event: str | None) -> Iterator[Follower]:
    for service in spec.services:
        for reaction in service.reactions:
            if reaction.event == event:
                yield Follower(ActionRef(service.name, reaction.action))


def _data(spec: Spec, occurrence: Occurrence) -> tuple[Field, ...]:
    ref = occurrence.action
    if ref.action == CREATED:
        return spec.service(ref.service).created_fields
    if occurrence.refused:
        return (*(field for field in _known_before(spec, ref) if field.name != REASON.name), REASON)
    return spec.known_after(ref)


def _known_before(spec: Spec, ref: ActionRef) -> tuple[Field, ...]:
    """The fields known in all uses of the action."""
    outputs = {field.name for field in spec.action(ref).outputs}
    return tuple(field for field in spec.known_after(ref) if field.name not in outputs)
