"""What the user wants, as values.

A `Spec` from `load_spec` is complete: what the file may leave out (an undo, the action of a reaction) is
there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from msgspec import Struct, field

from blueprint.spec.http_routes import DEFAULT_BODY, Route
from blueprint.spec.location import Marks
from blueprint.spec.names import Name
from blueprint.spec.schedules import Schedule
from blueprint.spec.values import Bound, Field, FieldType, Kind, Length, Operator, Setting, SettingKind

__all__ = [
    "CREATED",
    "REASON",
    "Action",
    "ActionRef",
    "Bound",
    "Field",
    "FieldType",
    "Job",
    "Kind",
    "Length",
    "OlderEvent",
    "Operator",
    "Publication",
    "Reaction",
    "Route",
    "Schedule",
    "Service",
    "Setting",
    "SettingKind",
    "Spec",
    "TypeDef",
    "Workflow",
    "common_fields",
]


class TypeDef(Struct, frozen=True):
    """A value of several fields, without an identity."""

    name: Name
    fields: tuple[Field, ...]


class OlderEvent(Struct, frozen=True):
    """What an event holds in an older version; `computed` names the fields that the user's code fills in."""

    event: Name
    fields: tuple[Field, ...]
    computed: tuple[Name, ...] = ()


class Action(Struct, frozen=True):
    """What a service can do besides keeping its resource.

    `inputs` and `outputs` share no name. `undo` names the action of the same service that takes this one
    back; that one says so in `undoes`. An external action calls something outside of the system.
    """

    name: Name
    inputs: tuple[Field, ...] = ()
    outputs: tuple[Field, ...] = ()
    refuses: tuple[Name, ...] = ()
    undo: Name | None = None
    external: bool = False
    undoes: Name | None = None


class Publication(Struct, frozen=True):
    """An event in one version, and what it tells of: `created` (a row of the resource), or an action."""

    occurrence: Name
    event: Name


class Reaction(Struct, frozen=True):
    """The action of the service that follows an event."""

    event: Name
    action: Name


class Job(Struct, frozen=True):
    """An action of the service, without inputs, that is done whenever it is due."""

    action: Name
    schedule: Schedule


class Service(Struct, frozen=True):
    """One part of the system, with its own data.

    Each row of the resource also has `id` and `created_at`. `managed_fields` names the fields that the
    service keeps by itself: `status` where it sets that, and the optional ones that its actions take or give.
    `publishes` names the older versions of an event before the newer ones. `own_singular` is what the service
    says its rows are called. `settings` are read from the environment, `jobs` are done by the clock, `routes`
    are answered beside those of the resource. `uncalled` names the actions that nothing
    calls, `exposed` those that its code answers over HTTP: the same ones, if the service is new.
    """

    name: Name
    resource: tuple[Field, ...] | None = None
    actions: tuple[Action, ...] = ()
    publishes: tuple[Publication, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    managed_fields: tuple[Name, ...] = ()
    own_singular: Name | None = None
    settings: tuple[Setting, ...] = ()
    jobs: tuple[Job, ...] = ()
    routes: tuple[Route, ...] = ()
    uncalled: tuple[Name, ...] = ()
    exposed: tuple[Name, ...] = ()

    @property
    def singular(self) -> Name:
        """The name of one row (`order`): what the service says, else by the rules of English."""
        return self.own_singular or self.name.singular

    @property
    def id_name(self) -> Name:
        """The name under which others know a row of the resource: `order_id`."""
        return Name(f"{self.singular.snake}_id")

    @property
    def id_field(self) -> Field:
        """The id of a row, as others are given it."""
        return Field(self.id_name, FieldType("str"))

    @property
    def owns_status(self) -> bool:
        """Whether its rows begin as `pending` and it sets their `status`: see `blueprint.spec.effects`."""
        return any(
            field.name == "status" and not field.optional and field.name in self.managed_fields
            for field in self.resource or ()
        )

    @property
    def create_fields(self) -> tuple[Field, ...]:
        """The fields of the resource that a request to create a row brings."""
        return tuple(field for field in self.resource or () if field.name not in self.managed_fields)

    @property
    def created_fields(self) -> tuple[Field, ...]:
        """The data of a new row: its id, and its fields except private ones."""
        return (self.id_field, *(field.carried for field in self.answered_fields))

    @property
    def answered_fields(self) -> tuple[Field, ...]:
        """The fields of the resource that others get to see."""
        return tuple(field for field in self.resource or () if not field.private)

    @property
    def limits(self) -> tuple[Route, ...]:
        """Its routes that have a body limit of their own."""
        return tuple(route for route in self.routes if route.body is not None)

    @property
    def uploads(self) -> tuple[Route, ...]:
        """Its routes that take more than any other."""
        return tuple(route for route in self.routes if route.limit > DEFAULT_BODY)

    @property
    def forms(self) -> tuple[Route, ...]:
        """Its routes that take forms with files."""
        return tuple(route for route in self.routes if route.form)

    @property
    def websockets(self) -> tuple[Route, ...]:
        """Its WebSocket routes."""
        return tuple(route for route in self.routes if route.method == "WS")

    def command_class(self, action: Action) -> str:
        """What an action is asked, in code: `Charge`; `RefundCommand` where a row is a `Refund`."""
        clashes = self.resource is not None and action.name.pascal == self.singular.pascal
        return f"{action.name.pascal}Command" if clashes else action.name.class_name

    def action(self, name: str) -> Action:
        """The action of this name; KeyError without one."""
        return _named(name, self.actions)


class ActionRef(Struct, frozen=True):
    """An action of a service: `payments.charge`."""

    service: Name
    action: Name

    def __str__(self) -> str:
        return f"{self.service}.{self.action}"


class Workflow(Struct, frozen=True):
    """Steps that follow the creation of a row of `starts`, all or none of them.

    `success` or `failure`, actions of that service, end it. When a step refuses, those before it are undone.
    """

    name: Name
    starts: Name
    steps: tuple[ActionRef, ...]
    success: ActionRef
    failure: ActionRef

    @property
    def refs(self) -> tuple[ActionRef, ...]:
        """All its actions: the steps, then success, then failure."""
        return (*self.steps, self.success, self.failure)


class Spec(Struct, frozen=True):
    """All of `blueprint.yaml`. Specs that mean the same are equal, wherever their parts stand in the file.

    `packs`: where packs come from that are not the tool's own, `./packs` or the name of a distribution.
    `port` is that of the gateway where `blueprint run` starts the project; the processes take those after it.
    """

    version: int
    name: Name
    pattern: Name
    stack: Name
    preset: Name | None = None
    database: Name | None = None
    broker: Name | None = None
    discovery: Name | None = None
    tracing: Name | None = None
    auth: Name | None = None
    packs: tuple[str, ...] = ()
    types: tuple[TypeDef, ...] = ()
    services: tuple[Service, ...] = ()
    events: tuple[OlderEvent, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    port: int | None = None
    marks: Marks = field(default_factory=Marks)

    def type(self, name: str) -> TypeDef:
        """The entry under types; KeyError without one."""
        return _named(name, self.types)

    def service(self, name: str) -> Service:
        """The service of this name; KeyError without one."""
        return _named(name, self.services)

    def action(self, ref: ActionRef) -> Action:
        """The action that is meant; KeyError without one."""
        return self.service(ref.service).action(ref.action)

    def workflows_starting_at(self, service: str) -> tuple[Workflow, ...]:
        """The workflows that a new row of the service starts."""
        return tuple(workflow for workflow in self.workflows if workflow.starts == service)

    def context_at(self, workflow: Workflow, index: int) -> tuple[Field, ...]:
        """The fields known before the step of this index, in order; `len(workflow.steps)` is at success."""
        start = self.service(workflow.starts)
        outputs = (field for step in workflow.steps[:index] for field in self.action(step).outputs)
        known = (*(field for field in start.create_fields if not field.private), *outputs)
        return (start.id_field, *(field.carried for field in known))

    def failure_context(self, workflow: Workflow) -> tuple[Field, ...]:
        """The fields known to the failure action: those at the start, and the `reason` of the refusal."""
        return _with_reason(self.context_at(workflow, 0))

    def event_data(self, event: str) -> tuple[Field, ...]:
        """The fields of the event. Raises KeyError if it is not published.

        An older version: its entry under events. `created`: the row's id and its fields. The action of a
        workflow, or its undo: all that the workflow knows after it. Any other action: its inputs and outputs.
        An action with several uses: what they have in common.
        """
        for older in self.events:
            if older.event == event:
                return older.fields
        service, publication = self.publisher(event)
        if publication.occurrence == CREATED:
            return service.created_fields
        return self.known_after(ActionRef(service.name, publication.occurrence))

    def publisher(self, event: str) -> tuple[Service, Publication]:
        """The publisher and occurrence of the event. Raises KeyError if it is not published."""
        for service in self.services:
            for publication in service.publishes:
                if publication.event == event:
                    return service, publication
        raise KeyError(event)

    def known_after(self, ref: ActionRef) -> tuple[Field, ...]:
        """The fields known wherever the action is done, in order."""
        return common_fields(self._contexts_after(ref))

    def _contexts_after(self, ref: ActionRef) -> list[tuple[Field, ...]]:
        action = self.action(ref)
        outputs = tuple(field.carried for field in action.outputs)
        workflows = [
            each for each in self.workflows if ref in each.refs or self._undone_by(ref) in each.steps
        ]
        contexts = [(*self._context_before(workflow, ref), *outputs) for workflow in workflows]
        service = self.service(ref.service)
        by_itself = [each.action for each in service.reactions] + [each.action for each in service.jobs]
        if not contexts or ref.action in by_itself:
            contexts.append((*(field.carried for field in action.inputs), *outputs))
        return contexts

    def _context_before(self, workflow: Workflow, ref: ActionRef) -> tuple[Field, ...]:
        if ref == workflow.failure:
            return self.failure_context(workflow)
        if (undone := self._undone_by(ref)) is not None:
            return _with_reason(self.context_at(workflow, workflow.steps.index(undone) + 1))
        return self.context_at(workflow, workflow.refs.index(ref))

    def _undone_by(self, ref: ActionRef) -> ActionRef | None:
        undone = self.action(ref).undoes
        return ActionRef(ref.service, undone) if undone is not None else None


_T = TypeVar("_T", TypeDef, Service, Action)

REASON = Field(Name("reason"), FieldType("str"))
CREATED = Name("created")


def common_fields(contexts: Iterable[tuple[Field, ...]]) -> tuple[Field, ...]:
    """The fields that are in each of the contexts, in the order of the first."""
    first, *others = contexts
    return tuple(field for field in first if all(field in other for other in others))


def _with_reason(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return (*(field for field in fields if field.name != REASON.name), REASON)


def _named(name: str, among: Iterable[_T]) -> _T:
    for one in among:
        if one.name == name:
            return one
    raise KeyError(name)
