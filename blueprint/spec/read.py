"""Reads the spec of a document. Rules between parts are checked elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

from blueprint.errors import Problem, SpecError
from blueprint.spec.findings import Findings, closest
from blueprint.spec.location import NOWHERE, Location
from blueprint.spec.model import Spec, TypeDef
from blueprint.spec.names import Name, choice_name, project_name, shown, type_name
from blueprint.spec.nodes import Node, Table, Text, marks_of
from blueprint.spec.older_events import older_events_of
from blueprint.spec.packs import packs_in
from blueprint.spec.services import services_of, some_fields_of
from blueprint.spec.shape import Naming, name_of, named_of, parts_of, text_of
from blueprint.spec.types import with_own_types
from blueprint.spec.workflows import workflows_of

VERSION = 1
HIGHEST_PORT = 65535

REQUIRED = ("version", "name", "pattern", "stack", "services")
OPTIONAL = (
    "packs",
    "preset",
    "database",
    "broker",
    "discovery",
    "tracing",
    "auth",
    "types",
    "events",
    "workflows",
    "run",
)
RUN_KEYS = ("port",)

_START = 'start the file with "version: 1"'
_UNKNOWN = Name("unknown")


def read_spec(root: Node, path: str, findings: Findings, header: Mapping[str, str]) -> Spec:
    """Return the readable parts of the spec. If there are findings, use it only to find more.

    `header` overrides scalar values at the top level.

    Raises SpecError at once if the document is not a spec of this version.
    """
    if not isinstance(root, Table):
        raise SpecError((*findings.problems, _not_a_spec(root, Location(path, 1, 1))))
    _check_version(root)
    written = parts_of(root, "the file", REQUIRED + OPTIONAL, findings)
    parts = {**written, **{key: Text(value, NOWHERE) for key, value in header.items()}}
    unknown = [entry.key.value for entry in root.entries if entry.key.value not in written]
    for key in REQUIRED:
        if key not in parts and closest(key, unknown) is None:
            hint = "add it at the top level of the file"
            findings.add(Location(path, 1, 1), "missing-key", f'the key "{key}" is missing', hint)
    spec = Spec(
        version=VERSION,
        name=_name(parts, "name", project_name, findings) or _UNKNOWN,
        pattern=_name(parts, "pattern", choice_name, findings) or _UNKNOWN,
        stack=_name(parts, "stack", choice_name, findings) or _UNKNOWN,
        preset=_name(parts, "preset", choice_name, findings),
        database=_name(parts, "database", choice_name, findings),
        broker=_name(parts, "broker", choice_name, findings),
        discovery=_name(parts, "discovery", choice_name, findings),
        tracing=_name(parts, "tracing", choice_name, findings),
        auth=_name(parts, "auth", choice_name, findings),
        packs=packs_in(parts.get("packs"), findings),
        types=tuple(
            TypeDef(name, some_fields_of(node, f'the type "{name}"', findings))
            for name, node in named_of(parts.get("types"), '"types"', type_name, findings)
        ),
        services=services_of(parts.get("services"), findings),
        events=older_events_of(parts.get("events"), findings),
        workflows=workflows_of(parts.get("workflows"), findings) if "services" in parts else (),
        port=_port(parts.get("run"), findings),
        marks=marks_of(root, path),
    )
    return with_own_types(spec)


def _name(parts: Mapping[str, Node], key: str, naming: Naming, findings: Findings) -> Name | None:
    return name_of(parts[key], f'"{key}"', naming, findings) if key in parts else None


def _port(node: Node | None, findings: Findings) -> int | None:
    parts = parts_of(node, '"run"', RUN_KEYS, findings)
    text = text_of(parts["port"], '"port"', findings) if "port" in parts else None
    if text is None:
        return None
    if text.value.isascii() and text.value.isdigit() and 1 <= int(text.value[:9]) <= HIGHEST_PORT:
        return int(text.value)
    findings.add(
        text.location, "bad-port", f"a port is a number from 1 to {HIGHEST_PORT}, not {shown(text.value)}"
    )
    return None


def _not_a_spec(root: Node, start: Location) -> Problem:
    if isinstance(root, Text) and root.blank:
        return start.problem("empty-file", "the file is empty", _START)
    return root.location.problem("wrong-shape", "a spec is made of keys and values", _START)


def _check_version(root: Table) -> None:
    node = next((entry.value for entry in root.entries if entry.key.value == "version"), None)
    if node is None:
        return
    text = node.value if isinstance(node, Text) else ""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < 1:
        raise SpecError(node.location.problem("bad-version", "the version is a whole number", _START))
    if int(text) > VERSION:
        message = f"this spec has version {int(text)}, made for a newer blueprint"
        raise SpecError(node.location.problem("newer-version", message, "upgrade backend-blueprint"))
