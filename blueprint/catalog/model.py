"""Packs as values. `templates/README.md` describes their format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
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
"""All kinds of packs, from the lowest to the highest layer. The highest one wins."""

FEATURES = ("settings", "jobs", "routes", "limits", "uploads", "forms", "websockets")
"""Features of a spec that a part can implement."""

VALUE_FEATURES = ("formats", "numbers")
"""Types of fields that a part can implement."""

DISK_FEATURES = ("earlier_records",)
"""What a project can have on the disk, and a part can be there for."""

CHOICES = ("database", "broker", "discovery", "tracing", "auth")
"""The optional kinds of a spec, which only some patterns use. A project has one pack of kind `auth`."""


class Variable(Struct, frozen=True):
    """An environment variable that processes read. Without a value it is required, and in no file.

    With services, only processes with one of them get it. A shared variable is the same in all processes, and
    the environment can override it. `container` is the value in containers, if it differs. `development` is
    the default of `blueprint run` for all processes; everywhere else such a variable is required. `about` is
    a one-line description; a `secret` is never shown.
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
    """The command of a process, and the path that responds with 200 when it is ready.

    If saved files restart it, `watch_arguments` are appended to its command, and it gets the variables
    `watch_env`.
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
    """A process in addition to the deployables, unless the variable `unless` is set."""

    name: str
    program: Program
    unless: str


class Running(Struct, frozen=True):
    """The part `run` of a pack; None if it is missing.

    `process` starts a deployable, `helper` a program that they need, `secrets` prints a `.env`, `smoke`
    tests a running project, `migrations` prints the applied migrations of a deployable, `data` prints
    its rows, `openapi` the OpenAPI document of all services. `environment` is the virtual environment
    of the project, `development` that for tests and checks. `test` runs the tests, and `lint` has
    the command of each check, in order.
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
    """A pack. `stack` is the only stack that it supports; None is any.

    `ports`: the kinds that a pattern uses; `options`: those that it uses only if the spec names one. `uses`:
    ids of packs of kind part to include. `when`: features of a spec for which a part is included.
    `services`: those that a preset has code for. `routes`: paths
    of services in addition to those of their resources. `columns`: system columns of every table of a
    database. `auth`: ids of the auth packs that a preset supports, its default first. `accounts`: the
    part with the code of an auth pack for services that store users. `needs`: the fields of a service, in the
    grammar of the spec, that the code of a part needs. `deployables` is None except for patterns. `moved`:
    old and new locations of modules and of names in them, both below the package
    of a project. `replaces`: its files that replace those of other packs, without `.j2`. `source` is None
    for built-in packs.
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
        """The SHA-256 of all files that affect projects, in hex. Raises OSError."""
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
        """The name of the pack in messages: `broker/kafka`, or `broker/kafka@fastapi`."""
        return f"{self.kind}/{self.id}" + (f"@{self.stack}" if self.stack else "")

    def section(self, section: Section) -> tuple[PackFile, ...]:
        """The files of one section, sorted by path."""
        return tuple(file for file in self.files if file.section == section)


class Catalog(Struct, frozen=True):
    """All available packs. `uncopied`: labels of those that a project gets a copy of only if it uses them."""

    packs: tuple[Pack, ...]
    uncopied: frozenset[str] = frozenset()

    def of_project(self, used: Iterable[Pack]) -> Catalog:
        """The packs that a project with these can use later."""
        labels = self.uncopied - {pack.label for pack in used}
        return Catalog(tuple(pack for pack in self.packs if pack.label not in labels))

    def offers(self, kind: str, stack: str | None = None) -> list[Pack]:
        """The packs of a kind that support the stack, one for each id; the default comes first.

        Without a stack: those of all stacks.
        """
        fitting = [pack for pack in self.packs if pack.kind == kind and stack in (None, pack.stack or stack)]
        # Packs for this stack come after those for any stack, and replace them.
        by_id = {pack.id: pack for pack in sorted(fitting, key=lambda pack: pack.stack or "")}
        return sorted(by_id.values(), key=lambda pack: (not pack.default, pack.id))

    def find(self, kind: str, id: str, stack: str | None = None) -> Pack | None:
        """The pack with this id that supports the stack, if there is one."""
        return next((pack for pack in self.offers(kind, stack) if pack.id == id), None)
