"""(Spec, Catalog) to Plan."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from functools import partial

from blueprint.catalog.model import Catalog, Pack
from blueprint.documents import asyncapi, event_files, openapi
from blueprint.plan.files import files_of
from blueprint.plan.model import Deployable, Plan, PlannedFile, Text
from blueprint.plan.running import EXAMPLE_FILE, RUN_FILE, environment_example, run_description
from blueprint.plan.selection import select_packs
from blueprint.spec.model import Spec
from blueprint.tree import RelPath

SPEC_FILE = "blueprint.yaml"
FIRST_VERSION = "0.1.0"
"""Of the project that begins: what its pyproject.toml says, too."""


def make_plan(spec: Spec, catalog: Catalog, source: str) -> Plan:
    """What the spec, written in `source`, comes to. The same arguments always give the same plan.

    Raises SpecError for a choice that the catalogue does not have, PackError for a pack that cannot be used.
    """
    packs = select_packs(spec, catalog)
    deployables = _deployables(spec, packs)
    known = {
        RUN_FILE: run_description(spec, packs, deployables),
        EXAMPLE_FILE: environment_example(spec, packs, deployables),
    }
    brought = files_of(spec, packs, deployables)
    known |= _documents(spec, packs, {file.path for file in brought})
    files = [PlannedFile(RelPath(path), Text(text)) for path, text in known.items() if text is not None]
    files += [*brought, PlannedFile(RelPath(SPEC_FILE), Text(source), seeded=True)]
    by_path = {file.path: file for file in files}
    return Plan(spec, packs, deployables, tuple(by_path[path] for path in sorted(by_path)))


def _documents(spec: Spec, packs: tuple[Pack, ...], taken: Container[str]) -> dict[str, str | None]:
    """What the services answer and what they tell, for programs; not where a preset has its own document."""
    on_broker = any("broker" in pack.ports for pack in packs)
    written = {
        "docs/openapi.json": partial(openapi, spec, FIRST_VERSION),
        "docs/asyncapi.json": partial(asyncapi, spec, FIRST_VERSION, on_broker=on_broker),
    }
    documents = {path: make() for path, make in written.items() if path not in taken}
    documents |= {
        f"docs/events/{name}": file for name, file in event_files(spec, on_broker=on_broker).items()
    }
    return {path: json.dumps(document, indent=2) + "\n" for path, document in documents.items()}


def _deployables(spec: Spec, packs: Iterable[Pack]) -> tuple[Deployable, ...]:
    if any(pack.deployables == "one" for pack in packs):
        return (Deployable(spec.name, spec.services),)
    return tuple(Deployable(service.name, (service,)) for service in spec.services)
