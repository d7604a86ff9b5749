"""A planned project: its processes, and every file with its origin."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from blueprint.catalog.files import PackFile
from blueprint.catalog.model import Pack
from blueprint.plan.disk_state import DiskStates
from blueprint.plan.migrations import Migration
from blueprint.spec.model import Action, Service, Spec, Workflow
from blueprint.spec.names import Name
from blueprint.spec.versions import EventVersion
from blueprint.tree import RelPath


class Deployable(Struct, frozen=True):
    """A process, and the services that it runs."""

    name: Name
    services: tuple[Service, ...]


class Origin(Struct, frozen=True):
    """A file of a pack."""

    pack: Pack
    file: PackFile

    @property
    def label(self) -> str:
        """Unique among all packs and independent of the machine: `stack/fastapi/files/README.md.j2`."""
        return f"{self.pack.label}/{self.file.section}/{self.file.path}"


class Outline(Struct, frozen=True):
    """The inputs of a plan: the spec, its processes, and the existing state on disk."""

    spec: Spec
    deployables: tuple[Deployable, ...]
    disk_states: DiskStates


class Subject(Struct, frozen=True):
    """The subject of a file whose path has a placeholder."""

    service: Service | None = None
    deployable: Deployable | None = None
    workflow: Workflow | None = None
    action: Action | None = None
    migration: Migration | None = None
    version: EventVersion | None = None


class Template(Struct, frozen=True):
    """A template."""

    origin: Origin
    subject: Subject


class Copy(Struct, frozen=True):
    """A file to copy unchanged."""

    origin: Origin


class Scope(Struct, frozen=True):
    """The names available in data.

    `names`: values of placeholders such as `${package}`. `each`: the scopes for which an entry with
    `${deployable}` is repeated; they include the names of this scope.
    """

    names: Mapping[str, str]
    each: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)


class Contribution(Struct, frozen=True):
    """Data of a pack, and the scope of its strings."""

    origin: Origin
    scope: Scope


class Merge(Struct, frozen=True):
    """Data of one or more packs for one file."""

    contributions: tuple[Contribution, ...]


class Lock(Struct, frozen=True):
    """Requirements of one or more packs for one file."""

    origins: tuple[Origin, ...]


class Text(Struct, frozen=True):
    """Finished text."""

    text: str


class Api(Struct, frozen=True):
    """The OpenAPI document of the spec; that of the services `by_hand` is in `origins`, files of packs."""

    spec: Spec
    version: str
    origins: tuple[Origin, ...]
    by_hand: frozenset[str]


Source = Template | Copy | Merge | Lock | Text | Api


class PlannedFile(Struct, frozen=True):
    """A file of the project. A seeded file belongs to the user once it is written."""

    path: RelPath
    source: Source
    executable: bool = False
    seeded: bool = False


class Plan(Struct, frozen=True):
    """The input of rendering: `packs` in the order of their layers, `files` sorted by path."""

    spec: Spec
    packs: tuple[Pack, ...]
    deployables: tuple[Deployable, ...]
    files: tuple[PlannedFile, ...]
    disk_states: DiskStates

    def pack(self, kind: str) -> Pack | None:
        """The selected pack of this kind in the highest layer, if any."""
        return next((pack for pack in reversed(self.packs) if pack.kind == kind), None)
