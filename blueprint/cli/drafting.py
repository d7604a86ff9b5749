"""Convert the options of `new` to a spec and its plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from blueprint.catalog.model import CHOICES, Catalog, Pack
from blueprint.catalog.presets import preset_document, preset_source, with_header
from blueprint.errors import MachineError, Problem, SpecError, UsageError
from blueprint.plan.model import Plan
from blueprint.plan.planner import SPEC_FILE, make_plan
from blueprint.plan.schema import with_schema_line
from blueprint.spec.findings import closest
from blueprint.spec.limits import MAX_BYTES
from blueprint.spec.load import load_spec, spec_in
from blueprint.spec.location import NOWHERE
from blueprint.spec.model import Service, Spec
from blueprint.spec.names import Name, project_name, shown
from blueprint.spec.nodes import Table
from blueprint.spec.values import Field

_LINE_END = re.compile(r"\r\n?")


class Options(Struct, frozen=True):
    """The user's choices; None means the default."""

    name: str | None = None
    pattern: str | None = None
    stack: str | None = None
    preset: str | None = None
    spec: Path | None = None
    broker: str | None = None
    database: str | None = None
    discovery: str | None = None
    tracing: str | None = None
    packs: tuple[str, ...] = ()
    auth: str | None = None

    @property
    def adapters(self) -> dict[str, str]:
        """The chosen adapters, by kind."""
        return {kind: chosen for kind in CHOICES if (chosen := getattr(self, kind)) is not None}


class Draft(Struct, frozen=True):
    """A project before it is rendered."""

    spec: Spec
    plan: Plan

    @property
    def choices(self) -> dict[str, str | None]:
        """All choices, including defaults."""
        kinds = ("preset", *CHOICES)
        packs = {kind: pack.id if (pack := self.plan.pack(kind)) else None for kind in kinds}
        return {"name": self.spec.name, "pattern": self.spec.pattern, "stack": self.spec.stack, **packs}

    @property
    def summary(self) -> str:
        """The choices in one line; adapters only if they were requested."""
        asked = [getattr(self.spec, kind) for kind in CHOICES if self.plan.pack(kind)]
        return ", ".join(value for value in (*list(self.choices.values())[1:4], *asked) if value)


def draft(options: Options, catalog: Catalog) -> Draft:
    """The draft for these options, which must have been checked.

    Raises UsageError without a name, SpecError for an invalid spec file, MachineError if it cannot be read.
    """
    if options.spec is None and options.name is None:
        raise UsageError(Problem("missing-name", "a project needs a name", "blueprint new NAME"))
    if options.spec is None:
        source, spec = _from_preset(options, catalog)
    else:
        source, spec = _from_file(options, options.spec, catalog)
    if options.packs and not spec.packs:
        source = with_header(source, {"packs": f"[{', '.join(options.packs)}]"})
        spec = replace(spec, packs=options.packs)
    _refuse_idle_preset(spec, catalog)
    return Draft(spec, make_plan(spec, catalog, with_schema_line(source)))


def _refuse_idle_preset(spec: Spec, catalog: Catalog) -> None:
    """Raise SpecError if the spec uses a preset but none of its services."""
    preset = catalog.find("preset", spec.preset, spec.stack) if spec.preset else None
    if preset and preset.services and not {service.name for service in spec.services} & {*preset.services}:
        services = ", ".join(preset.services)
        message = f'the preset "{preset.id}" has code for {services}, but the spec has none of them'
        hint = 'add one of them, or remove the line "preset"'
        raise SpecError(spec.marks.location("preset").problem("missing-service", message, hint))


def check(options: Options, catalog: Catalog) -> None:
    """Raise UsageError for unknown choices, SpecError for an invalid name."""
    if options.spec is not None and options.preset is not None:
        raise UsageError(Problem("usage", "--spec and --preset exclude each other", "remove one of them"))
    if options.name is not None and isinstance(problem := project_name(options.name, NOWHERE), Problem):
        raise SpecError(problem)
    for kind in ("pattern", "stack", "preset", *CHOICES):
        wanted: str | None = getattr(options, kind)
        if wanted is not None and catalog.find(kind, wanted) is None:
            raise UsageError(_no_such(kind, wanted, catalog.offers(kind)))


def refuse_unused(options: Options, made: Draft, catalog: Catalog) -> None:
    """Raise UsageError for a requested adapter without a port in the pattern."""
    pattern, stack = made.spec.pattern, made.spec.stack
    for kind in options.adapters:
        if made.plan.pack(kind) is None:
            takers = [
                pack.id for pack in catalog.offers("pattern", stack) if kind in (*pack.ports, *pack.options)
            ]
            hint = f"remove --{kind}, or choose a pattern that supports it: {', '.join(takers)}"
            raise UsageError(Problem("usage", f"{pattern} does not use a {kind}", hint))


def _no_such(kind: str, wanted: str, offers: list[Pack]) -> Problem:
    ids = [pack.id for pack in offers]
    near = closest(wanted, ids)
    guess = f'did you mean "{near}"? ' if near else ""
    return Problem(
        f"unknown-{kind}", f"there is no {kind} {shown(wanted)}", f"{guess}there is {', '.join(ids)}"
    )


def _from_preset(options: Options, catalog: Catalog) -> tuple[str, Spec]:
    """The text of the preset with the options in its header, and its spec."""
    stack = options.stack or catalog.offers("stack")[0].id
    pattern = options.pattern or catalog.offers("pattern", stack)[0].id
    presets = catalog.offers("preset", stack)
    preset = (
        next((pack for pack in presets if pack.id == options.preset), None) if options.preset else presets[0]
    )
    if preset is None:
        raise UsageError(_no_such(f"preset for {stack}", str(options.preset), presets))
    header = {"name": str(options.name), "pattern": pattern, "stack": stack, **options.adapters}
    source, spec = preset_source(preset, **header), spec_in(preset_document(preset), SPEC_FILE, header)
    needs = _accounts(options, stack, catalog)
    edited = _with_accounts(source, spec, needs) if needs else source
    return (source, spec) if edited == source else (edited, load_spec(edited, SPEC_FILE))


def _accounts(options: Options, stack: str, catalog: Catalog) -> Mapping[str, Mapping[str, str]]:
    """The services that keep the accounts of the chosen auth, and their fields."""
    auth = catalog.find("auth", options.auth, stack) if options.auth else None
    part = catalog.find("part", auth.accounts, stack) if auth and auth.accounts else None
    return part.needs if part else {}


def _with_accounts(text: str, spec: Spec, needs: Mapping[str, Mapping[str, str]]) -> str:
    from blueprint.spec.edit import with_resource, with_service  # imports yaml
    from blueprint.spec.fields import field_of

    known: dict[str, Service] = {service.name: service for service in spec.services}
    for name, fields in needs.items():
        if name not in known:
            read = (field_of(Name(field), kind) for field, kind in fields.items())
            resource = tuple(field for field in read if isinstance(field, Field))
            text = with_service(text, Service(Name(name), resource))
        elif {field.name: str(field) for field in known[name].resource or ()} != fields:
            text = with_resource(text, name, fields)
    return text


def _from_file(options: Options, file: Path, catalog: Catalog) -> tuple[str, Spec]:
    """The text of the user's file with flags and defaults in its header, and its spec."""
    content = _read(file)
    flags = {key: str(value) for key in ("name", "pattern", "stack") if (value := getattr(options, key))}
    header = {**_missing(content, str(file), catalog), **flags, **options.adapters}
    spec = load_spec(content, str(file), header)
    text = with_header(_LINE_END.sub("\n", content.decode("utf-8-sig")), header)
    if header and not _is_written(spec, text):
        lines = ", ".join(f'"{key}: {value}"' for key, value in header.items())
        message = "the flags cannot be added to this file because of its layout"
        hint = f"write {lines} at the top level of the file, each on its own line"
        raise UsageError(Problem("flags-not-written", message, hint, str(file)))
    return text, spec


def _missing(content: bytes, path: str, catalog: Catalog) -> dict[str, str]:
    """Defaults for required keys that the file lacks."""
    from blueprint.spec.document import read_document  # imports yaml

    root = read_document(content, path).root
    named = {entry.key.value for entry in root.entries} if isinstance(root, Table) else set()
    stack = catalog.offers("stack")[0].id
    defaults = {"pattern": catalog.offers("pattern", stack)[0].id, "stack": stack}
    return {key: value for key, value in defaults.items() if key not in named}


def _is_written(spec: Spec, text: str) -> bool:
    try:
        return load_spec(text, SPEC_FILE) == spec
    except SpecError:
        return False


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        message = "this is a folder, not a spec" if file.is_dir() else "the file does not exist"
        hint = "--spec takes the path of a blueprint.yaml"
        raise SpecError(Problem("no-spec", message, hint, str(file))) from error
    except OSError as error:
        reason = (error.strerror or "the disk reports an error").lower()
        hint = "check its permissions, or copy it to your own folder"
        raise MachineError(
            Problem("unreadable", f"cannot read the spec: {reason}", hint, str(file))
        ) from error
