"""Packs as values. What a pack is made of stands in `templates/README.md`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from blueprint.catalog.files import PackFile, Section, files_in
from blueprint.catalog.sources import Source

Deployment = Literal["one", "per-service"]

LAYERS = (
    "base",
    "stack",
    "part",
    "pattern",
    "database",
    "broker",
    "discovery",
    "tracing",
    "auth",
    "preset",
    "overlay",
)
"""All kinds of pack, from the lowest layer to the highest: what stands higher wins."""

FEATURES = ("settings", "jobs", "routes", "limits", "uploads", "forms", "websockets")
"""What a spec can have, and a part can be there for."""

DISK_FEATURES = ("earlier_records",)
"""What a project can have on the disk, and a part can be there for."""

CHOICES = ("database", "broker", "discovery", "tracing", "auth")
"""The kinds that a spec may leave out, and that only some patterns use. Of `auth` there is one at a time."""


class Variable(Struct, frozen=True):
    """An environment variable that processes read; without a value it has to be set, and no file holds it.

    With services, only processes with one of them have it. A shared one is the same in all processes, and the
    environment can override it. `container` is the value in containers, if it differs. `development` is the
    value that `blueprint run` shares with all processes if the environment sets none; anywhere else such a
    variable has to be set. `about` is a one-line description; a `secret` is never shown.
    """

    name: str
    about: str
    value: str | None = None
    services: tuple[str, ...] = ()
    shared: bool = False
    container: str | None = None
    secret: bool = False
    development: str | None = None


class Program(Struct, frozen=True):
    """How a process is started, and the path that answers 200 when it is ready.

    Where saved files restart it, `watch_arguments` follow its command, and it gets the variables `watch_env`.
    """

    command: tuple[str, ...]
    ready: str
    watch_arguments: tuple[str, ...] = ()
    watch_env: Mapping[str, str] = field(default_factory=dict)


class Gateway(Struct, frozen=True):
    """The process in front of all others."""

    name: str
    program: Program


class Helper(Struct, frozen=True):
    """A process beside the deployables; it is not needed where the variable `unless` is set."""

    name: str
    program: Program
    unless: str


class Running(Struct, frozen=True):
    """What a pack says of running a project; None where it printed nothing.

    `process` starts one deployable, `helper` something that they need, `secrets` prints a `.env`, `smoke`
    tries a running project out, `migrations` prints what ran in the database of a deployable, `data` prints
    rows of it, `openapi` the OpenAPI document of all services. `environment` is where the packages go that
    the project needs, `development` the same for tests and checks. `test` runs the tests, and `lint` names
    the command of each check, in the order in which they run.
    """

    process: Program | None = None
    helper: Helper | None = None
    gateway: Gateway | None = None
    secrets: tuple[str, ...] | None = None
    smoke: tuple[str, ...] | None = None
    migrations: tuple[str, ...] | None = None
    data: tuple[str, ...] | None = None
    openapi: tuple[str, ...] | None = None
    environment: Mapping[str, str] | None = None
    development: Mapping[str, str] | None = None
    test: tuple[str, ...] | None = None
    lint: Mapping[str, tuple[str, ...]] | None = None


class Pack(Struct, frozen=True, dict=True):
    """One folder of templates. `stack` is the only stack that it goes with; None is any.

    `ports`: the choices that a pattern takes; `options`: those that it takes if the spec names one. `uses`:
    ids of packs of kind part that come along. `when`: what a spec has where a part comes along by itself.
    `services`: those that a preset has code for. `routes`: paths
    that services answer beside those of their resources. `columns`: those that every table of a database
    has by itself. `auth`: ids of the auth packs that a preset goes with, its default first. `accounts`: the
    part with the code of an auth pack for services that keep users. `needs`: the fields of a service, as a
    spec writes them, that the code of a part works with. `deployables` is None for all but patterns. `moved`:
    what became of modules that the version before had elsewhere, and of names in them, both below the package
    of a project. `replaces`: its files that stand in place of another pack's, without `.j2`. `source` is None
    for the packs that come with the tool.
    """

    kind: str
    id: str
    title: str
    summary: str
    folder: Path
    stack: str | None = None
    default: bool = False
    deployables: Deployment | None = None
    ports: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    when: str | None = None
    services: tuple[str, ...] = ()
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    auth: tuple[str, ...] = ()
    accounts: str | None = None
    needs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    environment: tuple[Variable, ...] = ()
    running: Running = field(default_factory=Running)
    replaces: tuple[str, ...] = ()
    source: Source | None = None

    @cached_property
    def files(self) -> tuple[PackFile, ...]:
        """All its files, listed lazily, because few packs are used."""
        return tuple(files_in(self.folder))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all that a project may be made of, in hex. Raises OSError."""
        hashed = hashlib.sha256()
        parts = [(name, self.folder / name, False) for name in ("pack.yaml", "spec.yaml")]
        parts += [(f"{file.section}/{file.path}", file.location, file.executable) for file in self.files]
        for name, path, executable in parts:
            if path.is_file():
                content = path.read_bytes()
                hashed.update(f"{name}\0{executable}\0{len(content)}\0".encode() + content)
        return hashed.hexdigest()

    @property
    def label(self) -> str:
        """What the pack is called in messages: `broker/kafka`, or `broker/kafka@fastapi`."""
        return f"{self.kind}/{self.id}" + (f"@{self.stack}" if self.stack else "")

    def section(self, section: Section) -> tuple[PackFile, ...]:
        """The files of one section, in the order of their paths."""
        return tuple(file for file in self.files if file.section == section)


class Catalog(Struct, frozen=True):
    """All packs that were found."""

    packs: tuple[Pack, ...]

    def offers(self, kind: str, stack: str | None = None) -> list[Pack]:
        """The packs of a kind that go with the stack, one for each id; the default comes first.

        Without a stack: those of all stacks.
        """
        fitting = [pack for pack in self.packs if pack.kind == kind and stack in (None, pack.stack or stack)]
        # What was made for the stack comes after what goes with any, and takes its place.
        by_id = {pack.id: pack for pack in sorted(fitting, key=lambda pack: pack.stack or "")}
        return sorted(by_id.values(), key=lambda pack: (not pack.default, pack.id))

    def find(self, kind: str, id: str, stack: str | None = None) -> Pack | None:
        """The pack of this id that goes with the stack, if there is one."""
        return next((pack for pack in self.offers(kind, stack) if pack.id == id), None)
