"""Reads `pack.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from blueprint.catalog.documents import Documents
from blueprint.catalog.faults import PackError
from blueprint.catalog.model import (
    CHOICES,
    DISK_FEATURES,
    FEATURES,
    LAYERS,
    VALUE_FEATURES,
    Deployment,
    Gateway,
    Helper,
    Pack,
    Program,
    Running,
    Variable,
)
from blueprint.errors import SpecError
from blueprint.spec.findings import Findings, did_you_mean
from blueprint.spec.location import Location
from blueprint.spec.names import choice_name, shown
from blueprint.spec.nodes import Node, Table, Text
from blueprint.spec.shape import entries_of, name_of, parts_of, text_of, values_of

MANIFEST = "pack.yaml"

FORMAT = 1
"""The format of packs that this version reads, which is the first. It is the default of pack.yaml."""

_KEYS = (
    "format",
    "kind",
    "id",
    "title",
    "summary",
    "stack",
    "default",
    "deployables",
    "ports",
    "options",
    "uses",
    "when",
    "services",
    "routes",
    "columns",
    "auth",
    "accounts",
    "needs",
    "moved",
    "environment",
    "run",
    "replaces",
)
_FEATURES = (*FEATURES, *VALUE_FEATURES, *DISK_FEATURES)
_REQUIRED = ("kind", "id", "title", "summary")
_DEPLOYMENTS: Mapping[str, Deployment] = {"one": "one", "per-service": "per-service"}
_REPLACING = ("files", "seed")
_PROGRAM = ("command", "ready", "watch")
_BOOLEANS = {"true": True, "false": False}

_Option = TypeVar("_Option")


def read_manifest(folder: Path, documents: Documents) -> Pack:
    """Return the pack in this folder. Raises PackError with all problems of its manifest."""
    try:
        document = documents.read(folder / MANIFEST)
    except SpecError as error:
        raise PackError(error.problems) from error
    _refuse_newer(document.root)
    findings = Findings()
    findings.problems += document.problems
    pack = _Manifest(document.root, findings).pack(folder)
    if findings.problems:
        raise PackError(findings.problems)
    return pack


def _refuse_newer(root: Node) -> None:
    """Check the format before anything else, because later formats can differ."""
    entries = root.entries if isinstance(root, Table) else ()
    node = next((entry.value for entry in entries if entry.key.value == "format"), None)
    if node is None:
        return
    text = node.value if isinstance(node, Text) else ""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < 1:
        problem = node.location.problem(
            "bad-pack", "the format is a whole number", f'write "format: {FORMAT}"'
        )
        raise PackError(problem)
    if int(text) > FORMAT:
        message = f"this pack has format {int(text)}, and this blueprint reads {FORMAT}"
        raise PackError(node.location.problem("newer-pack", message, "upgrade backend-blueprint"))


class _Manifest:
    """Reads a manifest and collects problems. Invalid values are left out."""

    def __init__(self, root: Node, findings: Findings) -> None:
        self._findings = findings
        self._location = root.location
        self._parts = parts_of(root, "the file", _KEYS, findings)
        for key in _REQUIRED:
            if key not in self._parts:
                findings.add(root.location, "missing-key", f'the key "{key}" is missing')

    def pack(self, folder: Path) -> Pack:
        parts = self._parts
        kind = self._option(parts, "kind", {layer: layer for layer in LAYERS}, "")
        deployables = self._option(parts, "deployables", _DEPLOYMENTS, None)
        if (kind == "pattern") != (deployables is not None):
            message = 'a pattern, and nothing else, has the key "deployables"'
            self._findings.add(self._location, "bad-pack", message)
        if "when" in parts and kind != "part":
            self._findings.add(parts["when"].location, "bad-pack", 'only a part has the key "when"')
        return Pack(
            kind=kind,
            id=self._name("id") or "",
            title=self._text(parts, "title"),
            summary=self._text(parts, "summary"),
            folder=folder,
            stack=self._name("stack"),
            default=self._option(parts, "default", _BOOLEANS, False),
            deployables=deployables,
            ports=self._choices("ports"),
            options=self._choices("options"),
            uses=self._texts(parts, "uses") or (),
            when=self._option(parts, "when", {feature: feature for feature in _FEATURES}, None),
            services=self._texts(parts, "services") or (),
            routes=self._routes(),
            columns=self._texts(parts, "columns") or (),
            auth=self._texts(parts, "auth") or (),
            accounts=self._name("accounts"),
            needs=self._needs(),
            moved=self._moved(),
            environment=self._variables(),
            running=self._running(),
            replaces=self._replaced(folder),
        )

    def _replaced(self, folder: Path) -> tuple[str, ...]:
        """Paths below `files` or `seed`, without `.j2`, of files of the pack."""
        paths = self._texts(self._parts, "replaces") or ()
        for path in paths:
            names = [folder / section / f"{path}{ending}" for section in _REPLACING for ending in ("", ".j2")]
            if not any(name.is_file() for name in names):
                message = f"the pack has no file {shown(path)}, which it replaces"
                hint = f"add files/{path}, or delete this entry"
                self._findings.add(self._parts["replaces"].location, "bad-pack", message, hint)
        return paths

    def _choices(self, key: str) -> tuple[str, ...]:
        kinds = self._texts(self._parts, key) or ()
        for kind in kinds:
            if kind not in CHOICES:
                self._unknown(kind, CHOICES, self._parts[key].location)
        return kinds

    def _routes(self) -> Mapping[str, tuple[str, ...]]:
        entries = entries_of(self._parts.get("routes"), '"routes"', self._findings)
        nodes = {entry.key.value: entry.value for entry in entries}
        return {service: self._texts(nodes, service) or () for service in nodes}

    def _needs(self) -> Mapping[str, Mapping[str, str]]:
        entries = entries_of(self._parts.get("needs"), '"needs"', self._findings)
        services = {
            entry.key.value: entries_of(entry.value, entry.key.value, self._findings) for entry in entries
        }
        return {
            service: {field.key.value: self._text({"field": field.value}, "field") for field in fields}
            for service, fields in services.items()
        }

    def _moved(self) -> Mapping[str, str]:
        entries = entries_of(self._parts.get("moved"), '"moved"', self._findings)
        return {entry.key.value: self._text({"to": entry.value}, "to") for entry in entries}

    def _variables(self) -> tuple[Variable, ...]:
        nodes = values_of(self._parts.get("environment"), '"environment"', self._findings)
        return tuple(self._variable(node) for node in nodes)

    def _variable(self, node: Node) -> Variable:
        known = ("name", "about", "value", "secret", "service", "shared", "container", "development")
        parts = parts_of(node, "a variable", known, self._findings)
        is_secret = self._option(parts, "secret", _BOOLEANS, False)
        if (
            not {"name", "about"} <= parts.keys()
            or [is_secret, "value" in parts, "development" in parts].count(True) != 1
        ):
            message = (
                'a variable has a name, an about, and either a value or a development value or "secret: true"'
            )
            self._findings.add(node.location, "bad-pack", message)
        return Variable(
            name=self._text(parts, "name"),
            about=self._text(parts, "about"),
            value=self._text(parts, "value") if "value" in parts else None,
            services=(service,) if (service := self._text(parts, "service")) else (),
            shared=self._option(parts, "shared", _BOOLEANS, False),
            container=self._text(parts, "container") or None,
            secret=is_secret,
            development=self._text(parts, "development") if "development" in parts else None,
        )

    def _running(self) -> Running:
        known = Running.__struct_fields__
        parts = parts_of(self._parts.get("run"), '"run"', known, self._findings)
        return Running(
            process=self._program(parts["process"], _PROGRAM) if "process" in parts else None,
            helper=self._helper(parts["helper"]) if "helper" in parts else None,
            gateway=self._gateway(parts["gateway"]) if "gateway" in parts else None,
            secrets=self._texts(parts, "secrets"),
            smoke=self._texts(parts, "smoke"),
            migrations=self._texts(parts, "migrations"),
            data=self._texts(parts, "data"),
            openapi=self._texts(parts, "openapi"),
            environment=self._environment(parts, "environment"),
            development=self._environment(parts, "development"),
            test=self._texts(parts, "test"),
            lint=self._commands(parts["lint"]) if "lint" in parts else None,
        )

    def _program(self, node: Node, known: Iterable[str]) -> Program:
        parts = parts_of(node, "a process", known, self._findings)
        watch = parts_of(parts.get("watch"), '"watch"', ("arguments", "env"), self._findings)
        return Program(
            self._texts(parts, "command") or (),
            self._text(parts, "ready"),
            self._texts(watch, "arguments") or (),
            self._environment(watch, "env") or {},
        )

    def _gateway(self, node: Node) -> Gateway:
        known = ("name", *_PROGRAM)
        name = self._text(parts_of(node, "a gateway", known, Findings()), "name")
        return Gateway(name, self._program(node, known))

    def _helper(self, node: Node) -> Helper:
        known = ("name", "command", "ready", "unless")
        parts = parts_of(node, "a helper", known, Findings())
        return Helper(self._text(parts, "name"), self._program(node, known), self._text(parts, "unless"))

    def _environment(self, parts: Mapping[str, Node], key: str) -> Mapping[str, str] | None:
        if key not in parts:
            return None
        entries = entries_of(parts[key], f'"{key}"', self._findings)
        read = {entry.key.value: text_of(entry.value, entry.key.value, self._findings) for entry in entries}
        return {key: text.value for key, text in read.items() if text is not None}

    def _commands(self, node: Node) -> Mapping[str, tuple[str, ...]]:
        entries = entries_of(node, '"lint"', self._findings)
        nodes = {entry.key.value: entry.value for entry in entries}
        return {name: self._texts(nodes, name) or () for name in nodes}

    def _name(self, key: str) -> str | None:
        if key not in self._parts:
            return None
        return name_of(self._parts[key], f'"{key}"', choice_name, self._findings)

    def _text(self, parts: Mapping[str, Node], key: str) -> str:
        if key not in parts:
            return ""
        text = text_of(parts[key], f'"{key}"', self._findings)
        return text.value if text else ""

    def _texts(self, parts: Mapping[str, Node], key: str) -> tuple[str, ...] | None:
        if key not in parts:
            return None
        nodes = values_of(parts[key], f'"{key}"', self._findings)
        read = (text_of(node, f'"{key}"', self._findings) for node in nodes)
        return tuple(text.value for text in read if text is not None)

    def _option(
        self, parts: Mapping[str, Node], key: str, options: Mapping[str, _Option], otherwise: _Option
    ) -> _Option:
        written = self._text(parts, key)
        if written and written not in options:
            self._unknown(written, options, parts[key].location)
        return options.get(written, otherwise)

    def _unknown(self, written: str, options: Iterable[str], location: Location) -> None:
        message = f"unknown value {shown(written)}"
        self._findings.add(location, "bad-pack", message, did_you_mean(written, options))
