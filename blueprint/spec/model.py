"""The spec as values.

A `Spec` from `load_spec` is complete: it includes the parts that the file can omit, such as undos.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from msgspec import Struct, field

from blueprint.spec.http_routes import DEFAULT_BODY, Route
from blueprint.spec.location import Marks
from blueprint.spec.names import Name
from blueprint.spec.schedules import Schedule
from blueprint.spec.values import (
    FORMATS,
    Bound,
    Field,
    FieldType,
    Kind,
    Length,
    Operator,
    Setting,
    SettingKind,
)

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
    """The data of an older version of an event; `computed` are the fields that the user's code provides."""

    event: Name
    fields: tuple[Field, ...]
    computed: tuple[Name, ...] = ()


class Action(Struct, frozen=True):
    """An action of a service.

    `inputs` and `outputs` have no common names. `undo` is the action of the same service that undoes this
    one; its `undoes` is the reverse. An external action calls an external system.
    """

    name: Name
    inputs: tuple[Field, ...] = ()
    outputs: tuple[Field, ...] = ()
    refuses: tuple[Name, ...] = ()
    undo: Name | None = None
    external: bool = False
    undoes: Name | None = None


class Publication(Struct, frozen=True):
    """A version of an event, and its occurrence: `created` (a row of the resource), or an action."""

    occurrence: Name
    event: Name


class Reaction(Struct, frozen=True):
    """An action of the service that an event triggers."""

    event: Name
    action: Name


class Job(Struct, frozen=True):
    """An action of the service, without inputs, that runs on a schedule."""

    action: Name
    schedule: Schedule


class Service(Struct, frozen=True):
    """A service, which has its own data.

    Each row of the resource also has `id` and `created_at`. `managed_fields` are set by the service itself:
    `status` if it manages one, and optional inputs and outputs of its actions. `publishes` has older versions
    of an event before newer ones. `own_singular` is the name of a row if the spec sets it. `settings` are
    read from the environment, `jobs` run on a schedule, `routes` are additional to those of the resource.
    `uncalled` are the actions that nothing calls, `exposed` those that its code offers over HTTP: the same
    ones in a new service.
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
        """The name of one row (`order`): from the spec, or derived by the rules of English."""
        return self.own_singular or self.name.singular

    @property
    def id_name(self) -> Name:
        """The name of a field that refers to a row: `order_id`."""
        return Name(f"{self.singular.snake}_id")

    @property
    def id_field(self) -> Field:
        """The id of a row as a field of commands and events."""
        return Field(self.id_name, FieldType("str"))

    @property
    def owns_status(self) -> bool:
        """Whether it manages the `status` of its rows: see `blueprint.spec.effects`."""
        return any(
            field.name == "status" and not field.optional and field.name in self.managed_fields
            for field in self.resource or ()
        )

    @property
    def create_fields(self) -> tuple[Field, ...]:
        """The fields of a request to create a row."""
        return tuple(field for field in self.resource or () if field.name not in self.managed_fields)

    @property
    def created_fields(self) -> tuple[Field, ...]:
        """The data of a new row: its id, and its fields except private ones."""
        return (self.id_field, *(field.carried for field in self.answered_fields))

    @property
    def answered_fields(self) -> tuple[Field, ...]:
        """The fields of the resource that are not private."""
        return tuple(field for field in self.resource or () if not field.private)

    @property
    def limits(self) -> tuple[Route, ...]:
        """Its routes with their own body limit."""
        return tuple(route for route in self.routes if route.body is not None)

    @property
    def uploads(self) -> tuple[Route, ...]:
        """Its routes with a limit above the default."""
        return tuple(route for route in self.routes if route.limit > DEFAULT_BODY)

    @property
    def forms(self) -> tuple[Route, ...]:
        """Its routes with multipart forms."""
        return tuple(route for route in self.routes if route.form)

    @property
    def websockets(self) -> tuple[Route, ...]:
        """Its WebSocket routes."""
        return tuple(route for route in self.routes if route.method == "WS")

    def command_class(self, action: Action) -> str:
        """The class of an action's command: `Charge`, or `RefundCommand` if rows are `Refund`."""
        clashes = self.resource is not None and action.name.pascal == self.singular.pascal
        return f"{action.name.pascal}Command" if clashes else action.name.class_name

    def action(self, name: str) -> Action:
        """The action with this name. Raises KeyError."""
        return _named(name, self.actions)


class ActionRef(Struct, frozen=True):
    """An action of a service: `payments.charge`."""

    service: Name
    action: Name

    def __str__(self) -> str:
        return f"{self.service}.{self.action}"


class Workflow(Struct, frozen=True):
    """Steps that follow the creation of a row of `starts`. Either all of them take effect, or none.

    `success` and `failure` are actions of that service, one of which ends it. If a step refuses, earlier ones
    are undone.
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
    """The content of `blueprint.yaml`. Equality ignores the layout of the file.

    `packs`: sources of external packs, `./packs` or the name of a distribution.
    `port` is the port of the gateway in `blueprint run`; the processes use the following ones.
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

    @property
    def fields(self) -> Iterator[Field]:
        """All fields, wherever they are."""
        for entry in self.types:
            yield from entry.fields
        for service in self.services:
            yield from service.resource or ()
            for action in service.actions:
                yield from (*action.inputs, *action.outputs)
        for older in self.events:
            yield from older.fields

    @property
    def formats(self) -> bool:
        """Whether a field has a type that is a format of text, or JSON."""
        return any(field.type.innermost.kind in FORMATS for field in self.fields)

    @property
    def numbers(self) -> bool:
        """Whether a field has fractions, or a currency."""
        types = (field.type.innermost for field in self.fields)
        return any(type_.kind in ("float", "decimal") or type_.currency for type_ in types)

    def type(self, name: str) -> TypeDef:
        """The entry of `types`. Raises KeyError."""
        return _named(name, self.types)

    def service(self, name: str) -> Service:
        """The service with this name. Raises KeyError."""
        return _named(name, self.services)

    def action(self, ref: ActionRef) -> Action:
        """The action of this reference. Raises KeyError."""
        return self.service(ref.service).action(ref.action)

    def workflows_starting_at(self, service: str) -> tuple[Workflow, ...]:
        """The workflows that a new row of the service starts."""
        return tuple(workflow for workflow in self.workflows if workflow.starts == service)

    def context_at(self, workflow: Workflow, index: int) -> tuple[Field, ...]:
        """The available fields before the step at this index, in order; `len(workflow.steps)` is success."""
        start = self.service(workflow.starts)
        outputs = (field for step in workflow.steps[:index] for field in self.action(step).outputs)
        known = (*(field for field in start.create_fields if not field.private), *outputs)
        return (start.id_field, *(field.carried for field in known))

    def failure_context(self, workflow: Workflow) -> tuple[Field, ...]:
        """The available fields at the failure action: those at the start, and the `reason` of the refusal."""
        return _with_reason(self.context_at(workflow, 0))

    def event_data(self, event: str) -> tuple[Field, ...]:
        """The fields of the event. Raises KeyError if it is not published.

        An older version: its entry of `events`. `created`: the id and fields of the row. The action of a
        workflow, or its undo: all fields available after it. Any other action: its inputs and outputs.
        An action with several uses: their common fields.
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
        """The fields available in every use of the action, in order."""
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
