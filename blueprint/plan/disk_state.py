"""What a service has by now, and a later plan has to fit: its table, its migrations, its written actions."""

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

    `migrations`: those written by the tool, with their text; they are never rewritten. `last_number` includes
    those of the user. `table` is None where no migration makes one. `bounds` are the limits of
    its columns, `unique` those that no two rows share, and `types` the entries under types, all by the spec
    that was followed until now. `modules`: its modules, each with the names that it defines. `takes_keys`:
    whether its code knows of the keys of idempotent requests, which the documents of its pack may promise.
    `has_router`: whether its `api.py` has a `router`. `api`: the text of its `api.py`, if it is there.
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
    api: str = ""


DiskStates = Mapping[Name, DiskState]
"""By service; one that is not there yet has none."""

NOTHING_ON_DISK: DiskStates = MappingProxyType({})


def module_of(service: Service, action: Action, disk_state: DiskState | None) -> str:
    """The module of the service that holds the action.

    All begin in `actions` and `reactions`. These are the user's once they are written, so an action that
    comes later has a module of its own, until the user moves it.
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
    """The module of an action that came later."""
    return f"{action.name.snake}_action"
