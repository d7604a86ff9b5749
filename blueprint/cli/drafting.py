"""From what was asked for to a spec and its plan."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from blueprint.catalog.model import CHOICES, Catalog, Pack
from blueprint.catalog.presets import preset_document, preset_source, with_header
from blueprint.errors import MachineError, Problem, SpecError, UsageError
from blueprint.plan.model import Plan
from blueprint.plan.planner import SPEC_FILE, make_plan
from blueprint.spec.findings import closest
from blueprint.spec.limits import MAX_BYTES
from blueprint.spec.load import load_spec, spec_in
from blueprint.spec.location import NOWHERE
from blueprint.spec.model import Spec
from blueprint.spec.names import project_name, shown
from blueprint.spec.nodes import Table

_LINE_END = re.compile(r"\r\n?")


class Options(Struct, frozen=True):
    """What the user asked for; None is left to us."""

    name: str | None = None
    pattern: str | None = None
    stack: str | None = None
    preset: str | None = None
    spec: Path | None = None
    broker: str | None = None
    database: str | None = None
    discovery: str | None = None
    tracing: str | None = None

    @property
    def adapters(self) -> dict[str, str]:
        """What was chosen to stand behind a port, by kind."""
        return {kind: chosen for kind in CHOICES if (chosen := getattr(self, kind)) is not None}


class Draft(Struct, frozen=True):
    """A project before it is rendered."""

    spec: Spec
    plan: Plan

    @property
    def choices(self) -> dict[str, str | None]:
        """What was chosen, by the user or for them."""
        kinds = ("preset", *CHOICES)
        packs = {kind: pack.id if (pack := self.plan.pack(kind)) else None for kind in kinds}
        return {"name": self.spec.name, "pattern": self.spec.pattern, "stack": self.spec.stack, **packs}

    @property
    def summary(self) -> str:
        """The choices in a line; an adapter only where it was asked for."""
        asked = [getattr(self.spec, kind) for kind in CHOICES if self.plan.pack(kind)]
        return ", ".join(value for value in (*list(self.choices.values())[1:4], *asked) if value)


def draft(options: Options, catalog: Catalog) -> Draft:
    """What these options, checked before, come to.

    Raises UsageError without a name, SpecError where the spec file is not valid, MachineError where it cannot
    be read.
    """
    if options.spec is None and options.name is None:
        raise UsageError(Problem("missing-name", "a project needs a name", "blueprint new NAME"))
    if options.spec is None:
        source, spec = _from_preset(options, catalog)
    else:
        source, spec = _from_file(options, options.spec, catalog)
    _refuse_idle_preset(spec, catalog)
    return Draft(spec, make_plan(spec, catalog, source))


def _refuse_idle_preset(spec: Spec, catalog: Catalog) -> None:
    """Raise SpecError for a project that begins with a preset and has none of its services."""
    preset = catalog.find("preset", spec.preset, spec.stack) if spec.preset else None
    if preset and preset.services and not {service.name for service in spec.services} & {*preset.services}:
        message = f'the preset "{preset.id}" has code for {", ".join(preset.services)}, and none is there'
        hint = 'write one of them, or take the line "preset" out'
        raise SpecError(spec.marks.place("preset").problem("missing-service", message, hint))


def check(options: Options, catalog: Catalog) -> None:
    """Raise UsageError for options that do not exist, SpecError for a name that is none."""
    if options.spec is not None and options.preset is not None:
        raise UsageError(Problem("usage", "--spec and --preset exclude each other", "leave one of them out"))
    if options.name is not None and isinstance(problem := project_name(options.name, NOWHERE), Problem):
        raise SpecError(problem)
    for kind in ("pattern", "stack", "preset", *CHOICES):
        wanted: str | None = getattr(options, kind)
        if wanted is not None and catalog.find(kind, wanted) is None:
            raise UsageError(_no_such(kind, wanted, catalog.offers(kind)))


def refuse_unused(options: Options, made: Draft, catalog: Catalog) -> None:
    """Raise UsageError for an adapter that was asked for and that the pattern has no port for."""
    pattern, stack = made.spec.pattern, made.spec.stack
    for kind in options.adapters:
        if made.plan.pack(kind) is None:
            takers = [
                pack.id for pack in catalog.offers("pattern", stack) if kind in (*pack.ports, *pack.options)
            ]
            hint = f"leave --{kind} out, or choose a pattern that takes one: {', '.join(takers)}"
            raise UsageError(Problem("usage", f"{pattern} takes no {kind}", hint))


def _no_such(kind: str, wanted: str, offers: list[Pack]) -> Problem:
    ids = [pack.id for pack in offers]
    near = closest(wanted, ids)
    guess = f'did you mean "{near}"? ' if near else ""
    return Problem(
        f"unknown-{kind}", f"there is no {kind} {shown(wanted)}", f"{guess}there is {', '.join(ids)}"
    )


def _from_preset(options: Options, catalog: Catalog) -> tuple[str, Spec]:
    """The text of the preset with the options in its header, and the spec that it is."""
    stack = options.stack or catalog.offers("stack")[0].id
    pattern = options.pattern or catalog.offers("pattern", stack)[0].id
    presets = catalog.offers("preset", stack)
    preset = (
        next((pack for pack in presets if pack.id == options.preset), None) if options.preset else presets[0]
    )
    if preset is None:
        raise UsageError(_no_such(f"preset for {stack}", str(options.preset), presets))
    header = {"name": str(options.name), "pattern": pattern, "stack": stack, **options.adapters}
    return preset_source(preset, **header), spec_in(preset_document(preset), SPEC_FILE, header)


def _from_file(options: Options, file: Path, catalog: Catalog) -> tuple[str, Spec]:
    """The text of the user's file, with flags and defaults in its header, and the spec that it is."""
    content = _read(file)
    flags = {key: str(value) for key in ("name", "pattern", "stack") if (value := getattr(options, key))}
    header = {**_missing(content, str(file), catalog), **flags, **options.adapters}
    spec = load_spec(content, str(file), header)
    text = with_header(_LINE_END.sub("\n", content.decode("utf-8-sig")), header)
    if header and not _is_written(spec, text):
        lines = ", ".join(f'"{key}: {value}"' for key, value in header.items())
        message = "the flags do not fit into the way in which this file is written"
        hint = f"write {lines} at the top level of the file, each on a line of its own"
        raise UsageError(Problem("flags-not-written", message, hint, str(file)))
    return text, spec


def _missing(content: bytes, path: str, catalog: Catalog) -> dict[str, str]:
    """The defaults of what every project has and this file does not name."""
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
        message = "this is a folder, not a spec" if file.is_dir() else "there is no such file"
        hint = "--spec takes the path of a blueprint.yaml"
        raise SpecError(Problem("no-spec", message, hint, str(file))) from error
    except OSError as error:
        reason = (error.strerror or "the disk reports a failure").lower()
        hint = "see who may read it, or copy it to a folder of yours"
        raise MachineError(
            Problem("unreadable", f"cannot read the spec: {reason}", hint, str(file))
        ) from error
