"""What a service has by now, and a later plan has to fit: its table, its migrations, its written actions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from blueprint.plan.tables import StoredTable
from blueprint.spec.model import Action, Service
from blueprint.spec.names import Name
from blueprint.tree import RelPath


class Standing(Struct, frozen=True):
    """A service on the disk.

    `migrations`: those that the tool wrote, with their text; they are never written anew. `last_number`
    counts those of the user's, too. `table` is None where no migration makes one. `modules`: its modules,
    each with the names that it defines.
    """

    migrations: Mapping[RelPath, str] = field(default_factory=dict)
    last_number: int = 0
    table: StoredTable | None = None
    modules: Mapping[str, frozenset[str]] = field(default_factory=dict)


Standings = Mapping[Name, Standing]
"""By service; one that is not there yet has none."""

NOTHING_STANDS: Standings = MappingProxyType({})


def module_of(service: Service, action: Action, standing: Standing | None) -> str:
    """The module of the service that holds the action.

    All begin in `actions` and `reactions`. These are the user's once they are written, so an action that
    comes later has a module of its own, until the user moves it.
    """
    home = "reactions" if action.name in (each.action for each in service.reactions) else "actions"
    own = own_module(action)
    modules = standing.modules if standing else {}
    for module in (home, "actions", "reactions", own):
        if action.name.snake in modules.get(module, ()):
            return module
    return own if home in modules else home


def own_module(action: Action) -> str:
    """The module of an action that came later."""
    return f"{action.name.snake}_action"
