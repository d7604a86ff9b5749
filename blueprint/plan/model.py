"""A project that is planned: its processes, and every file with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from blueprint.catalog.files import PackFile
from blueprint.catalog.model import Pack
from blueprint.documents.schemas import Json
from blueprint.plan.migrations import Migration
from blueprint.plan.standing import Standings
from blueprint.spec.model import Action, Service, Spec, Workflow
from blueprint.spec.names import Name
from blueprint.spec.versions import EventVersion
from blueprint.tree import RelPath


@dataclass(frozen=True, slots=True)
class Deployable:
    """A process that can be started on its own, and the services that it holds."""

    name: Name
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """A file of a pack."""

    pack: Pack
    file: PackFile

    @property
    def label(self) -> str:
        """Unique among all packs, and the same on every machine: `stack/fastapi/files/README.md.j2`."""
        return f"{self.pack.label}/{self.file.section}/{self.file.path}"


@dataclass(frozen=True, slots=True)
class Outline:
    """What decides which files there are: the spec, its processes, and what stands on the disk already."""

    spec: Spec
    deployables: tuple[Deployable, ...]
    standings: Standings


@dataclass(frozen=True, slots=True)
class Subject:
    """What a file is about, where its path says that it is about one of these."""

    service: Service | None = None
    deployable: Deployable | None = None
    workflow: Workflow | None = None
    action: Action | None = None
    migration: Migration | None = None
    version: EventVersion | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """Text that is rendered."""

    origin: Origin
    subject: Subject


@dataclass(frozen=True, slots=True)
class Copy:
    """Bytes that are taken as they are."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class Scope:
    """What data can name.

    `names`: what stands for `${package}`. `each`: what an entry that holds `${deployable}` is written for, a
    scope for each one; these have their own names and all names around them.
    """

    names: Mapping[str, str]
    each: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contribution:
    """Data of a pack, and what the strings inside may name."""

    origin: Origin
    scope: Scope


@dataclass(frozen=True, slots=True)
class Merge:
    """Data of one or more packs that become one file."""

    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """Requirements of one or more packs that become one file."""

    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Text that is known already."""

    text: str


@dataclass(frozen=True, slots=True)
class Api:
    """An OpenAPI document that a pack has for its own services, and the one of all other services."""

    origin: Origin
    others: Json


Source = Template | Copy | Merge | Lock | Text | Api


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of the project. A seeded one is the user's as soon as it is written."""

    path: RelPath
    source: Source
    executable: bool = False
    seeded: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All that rendering needs: `packs` in the order of their layers, `files` in that of their paths."""

    spec: Spec
    packs: tuple[Pack, ...]
    deployables: tuple[Deployable, ...]
    files: tuple[PlannedFile, ...]
    standings: Standings

    def pack(self, kind: str) -> Pack | None:
        """The pack of this kind in the highest layer, if one was chosen."""
        return next((pack for pack in reversed(self.packs) if pack.kind == kind), None)
