"""The existing state of a service, which a plan must preserve: its table, migrations and actions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from blueprint.plan.tables import StoredTable
from blueprint.spec.model import Action, Bound, Service, TypeDef
from blueprint.spec.names import Name
from blueprint.tree import RelPath


class DiskState(Struct, frozen=True):
    """A service on the disk.

    `migrations`: those of the tool, with their text; they are never rewritten. `last_number` includes those
    of the user. `table` is None without migrations. `bounds` are the limits of its columns, `unique` its
    unique columns, and `types` the entries of `types`, all according to the previous spec. `modules`: its
    modules, each with the names that it defines. `takes_keys`: whether its code uses idempotency keys, as the
    document of its pack may declare. `has_router`: whether its `api.py` has a `router`. `earlier_records`:
    whether it is from a time when databases recorded only the names of migrations. `api`: the text of its
    `api.py`, if it exists.
    """

    migrations: Mapping[RelPath, str] = field(default_factory=dict)
    last_number: int = 0
    table: StoredTable | None = None
    bounds: Mapping[str, Bound | None] = field(default_factory=dict)
    unique: frozenset[str] = frozenset()
    types: tuple[TypeDef, ...] = ()
    modules: Mapping[str, frozenset[str]] = field(default_factory=dict)
    takes_keys: bool = True
    has_router: bool = False
    earlier_records: bool = False
    api: str = ""


DiskStates = Mapping[Name, DiskState]
"""By service; new services have none."""

NOTHING_ON_DISK: DiskStates = MappingProxyType({})


def module_of(service: Service, action: Action, disk_state: DiskState | None) -> str:
    """The module of the service with the action.

    Initial actions are in `actions` and `reactions`, which then belong to the user. Later actions have their
    own modules, until the user moves them.
    """
    home = "reactions" if action.name in (each.action for each in service.reactions) else "actions"
    own = own_module(action)
    modules = disk_state.modules if disk_state else {}
    for module in (home, "actions", "reactions", own):
        if action.name.variable in modules.get(module, ()):
            return module
    return own if home in modules else home


def answers_http(service: Service, disk_states: DiskStates) -> bool:
    """Whether the service has routes: of its resource, of the spec, of actions, or written by the user."""
    disk_state = disk_states.get(service.name)
    has_router = disk_state is not None and disk_state.has_router
    return service.resource is not None or bool(service.routes or service.exposed) or has_router


def own_module(action: Action) -> str:
    """The module of an action that was added later."""
    return f"{action.name.snake}_action"
