"""A `pack.yaml` to a `Pack`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from blueprint.catalog.documents import Documents
from blueprint.catalog.faults import PackError
from blueprint.catalog.model import (
    CHOICES,
    FEATURES,
    LAYERS,
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
from blueprint.spec.nodes import Node
from blueprint.spec.shape import entries_of, name_of, parts_of, text_of, values_of

MANIFEST = "pack.yaml"

_KEYS = (
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
    "moved",
    "environment",
    "run",
)
_REQUIRED = ("kind", "id", "title", "summary")
_DEPLOYMENTS: Mapping[str, Deployment] = {"one": "one", "per-service": "per-service"}
_BOOLEANS = {"true": True, "false": False}

_Option = TypeVar("_Option")


def read_manifest(folder: Path, documents: Documents) -> Pack:
    """The pack in this folder. Raises PackError with all that is wrong in its manifest."""
    try:
        document = documents.read(folder / MANIFEST)
    except SpecError as error:
        raise PackError(error.problems) from error
    findings = Findings()
    findings.problems += document.problems
    pack = _Manifest(document.root, findings).pack(folder)
    if findings.problems:
        raise PackError(findings.problems)
    return pack


class _Manifest:
    """Reads one manifest; what is wrong is noted and stands for nothing."""

    def __init__(self, root: Node, findings: Findings) -> None:
        self._findings = findings
        self._place = root.place
        self._parts = parts_of(root, "the file", _KEYS, findings)
        for key in _REQUIRED:
            if key not in self._parts:
                findings.add(root.place, "missing-key", f'the key "{key}" is missing')

    def pack(self, folder: Path) -> Pack:
        parts = self._parts
        kind = self._option(parts, "kind", {layer: layer for layer in LAYERS}, "")
        deployables = self._option(parts, "deployables", _DEPLOYMENTS, None)
        if (kind == "pattern") != (deployables is not None):
            message = 'a pattern, and nothing else, has the key "deployables"'
            self._findings.add(self._place, "bad-pack", message)
        if "when" in parts and kind != "part":
            self._findings.add(parts["when"].place, "bad-pack", 'only a part has the key "when"')
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
            when=self._option(parts, "when", {feature: feature for feature in FEATURES}, None),
            services=self._texts(parts, "services") or (),
            routes=self._routes(),
            columns=self._texts(parts, "columns") or (),
            moved=self._moved(),
            environment=self._variables(),
            running=self._running(),
        )

    def _choices(self, key: str) -> tuple[str, ...]:
        kinds = self._texts(self._parts, key) or ()
        for kind in kinds:
            if kind not in CHOICES:
                self._unknown(kind, CHOICES, self._parts[key].place)
        return kinds

    def _routes(self) -> Mapping[str, tuple[str, ...]]:
        entries = entries_of(self._parts.get("routes"), '"routes"', self._findings)
        nodes = {entry.key.value: entry.value for entry in entries}
        return {service: self._texts(nodes, service) or () for service in nodes}

    def _moved(self) -> Mapping[str, str]:
        entries = entries_of(self._parts.get("moved"), '"moved"', self._findings)
        return {entry.key.value: self._text({"to": entry.value}, "to") for entry in entries}

    def _variables(self) -> tuple[Variable, ...]:
        nodes = values_of(self._parts.get("environment"), '"environment"', self._findings)
        return tuple(self._variable(node) for node in nodes)

    def _variable(self, node: Node) -> Variable:
        known = ("name", "about", "value", "secret", "service", "shared", "container")
        parts = parts_of(node, "a variable", known, self._findings)
        is_secret = self._option(parts, "secret", _BOOLEANS, False)
        if not {"name", "about"} <= parts.keys() or ("value" in parts) == is_secret:
            message = 'a variable has a name, an about, and either a value or "secret: true"'
            self._findings.add(node.place, "bad-pack", message)
        return Variable(
            name=self._text(parts, "name"),
            about=self._text(parts, "about"),
            value=None if is_secret else self._text(parts, "value"),
            services=(service,) if (service := self._text(parts, "service")) else (),
            shared=self._option(parts, "shared", _BOOLEANS, False),
            container=self._text(parts, "container") or None,
            secret=is_secret,
        )

    def _running(self) -> Running:
        known = ("process", "helper", "gateway", "secrets", "smoke", "migrations", "openapi", "environment")
        parts = parts_of(self._parts.get("run"), '"run"', known, self._findings)
        return Running(
            process=self._program(parts["process"], ("command", "ready")) if "process" in parts else None,
            helper=self._helper(parts["helper"]) if "helper" in parts else None,
            gateway=self._gateway(parts["gateway"]) if "gateway" in parts else None,
            secrets=self._texts(parts, "secrets"),
            smoke=self._texts(parts, "smoke"),
            migrations=self._texts(parts, "migrations"),
            openapi=self._texts(parts, "openapi"),
            environment=self._environment(parts["environment"]) if "environment" in parts else None,
        )

    def _program(self, node: Node, known: Iterable[str]) -> Program:
        parts = parts_of(node, "a process", known, self._findings)
        return Program(self._texts(parts, "command") or (), self._text(parts, "ready"))

    def _gateway(self, node: Node) -> Gateway:
        known = ("name", "command", "ready")
        name = self._text(parts_of(node, "a gateway", known, Findings()), "name")
        return Gateway(name, self._program(node, known))

    def _helper(self, node: Node) -> Helper:
        known = ("name", "command", "ready", "unless")
        parts = parts_of(node, "a helper", known, Findings())
        return Helper(self._text(parts, "name"), self._program(node, known), self._text(parts, "unless"))

    def _environment(self, node: Node) -> Mapping[str, str]:
        entries = entries_of(node, '"environment"', self._findings)
        read = {entry.key.value: text_of(entry.value, entry.key.value, self._findings) for entry in entries}
        return {key: text.value for key, text in read.items() if text is not None}

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
            self._unknown(written, options, parts[key].place)
        return options.get(written, otherwise)

    def _unknown(self, written: str, options: Iterable[str], place: Location) -> None:
        message = f"{shown(written)} is not known here"
        self._findings.add(place, "bad-pack", message, did_you_mean(written, options))
