"""A project that is planned: its processes, and every file with where it comes from."""

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
    """A process that can be started on its own, and the services that it holds."""

    name: Name
    services: tuple[Service, ...]


class Origin(Struct, frozen=True):
    """A file of a pack."""

    pack: Pack
    file: PackFile

    @property
    def label(self) -> str:
        """Unique among all packs, and the same on every machine: `stack/fastapi/files/README.md.j2`."""
        return f"{self.pack.label}/{self.file.section}/{self.file.path}"


class Outline(Struct, frozen=True):
    """What decides which files there are: the spec, its processes, and what stands on the disk already."""

    spec: Spec
    deployables: tuple[Deployable, ...]
    disk_states: DiskStates


class Subject(Struct, frozen=True):
    """What a file is about, where its path says that it is about one of these."""

    service: Service | None = None
    deployable: Deployable | None = None
    workflow: Workflow | None = None
    action: Action | None = None
    migration: Migration | None = None
    version: EventVersion | None = None


class Template(Struct, frozen=True):
    """Text that is rendered."""

    origin: Origin
    subject: Subject


class Copy(Struct, frozen=True):
    """Bytes that are taken as they are."""

    origin: Origin


class Scope(Struct, frozen=True):
    """What data can name.

    `names`: what stands for `${package}`. `each`: what an entry that holds `${deployable}` is written for, a
    scope for each one; these have their own names and all names around them.
    """

    names: Mapping[str, str]
    each: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)


class Contribution(Struct, frozen=True):
    """Data of a pack, and what the strings inside may name."""

    origin: Origin
    scope: Scope


class Merge(Struct, frozen=True):
    """Data of one or more packs that become one file."""

    contributions: tuple[Contribution, ...]


class Lock(Struct, frozen=True):
    """Requirements of one or more packs that become one file."""

    origins: tuple[Origin, ...]


class Text(Struct, frozen=True):
    """Text that is known already."""

    text: str


class Api(Struct, frozen=True):
    """The OpenAPI document of the spec; that of the services `by_hand` is in `origins`, files of packs."""

    spec: Spec
    version: str
    origins: tuple[Origin, ...]
    by_hand: frozenset[str]


Source = Template | Copy | Merge | Lock | Text | Api


class PlannedFile(Struct, frozen=True):
    """One file of the project. A seeded one is the user's as soon as it is written."""

    path: RelPath
    source: Source
    executable: bool = False
    seeded: bool = False


class Plan(Struct, frozen=True):
    """All that rendering needs: `packs` in the order of their layers, `files` in that of their paths."""

    spec: Spec
    packs: tuple[Pack, ...]
    deployables: tuple[Deployable, ...]
    files: tuple[PlannedFile, ...]
    disk_states: DiskStates

    def pack(self, kind: str) -> Pack | None:
        """The pack of this kind in the highest layer, if one was chosen."""
        return next((pack for pack in reversed(self.packs) if pack.kind == kind), None)
