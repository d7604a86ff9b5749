"""Creates the Plan of a Spec and a Catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.catalog.model import Catalog, Pack
from blueprint.documents import Watched, asyncapi, dashboard, event_files, openapi
from blueprint.documents.text import to_json
from blueprint.errors import SpecError
from blueprint.plan.answered_routes import answered_routes
from blueprint.plan.api import OPENAPI, api_of, handwritten
from blueprint.plan.disk_state import NOTHING_ON_DISK, DiskStates
from blueprint.plan.exposed import with_exposed
from blueprint.plan.files import files_of
from blueprint.plan.migrations import impossible_changes
from blueprint.plan.model import Api, Deployable, Outline, Plan, PlannedFile, Text
from blueprint.plan.name_clashes import names_given_away, variables_given_away
from blueprint.plan.provenance import PACKS_FILE, provenance_of, provenance_text
from blueprint.plan.routes import routes_of
from blueprint.plan.running import EXAMPLE_FILE, RUN_FILE, environment_example, run_description
from blueprint.plan.schema import SCHEMA_FILE, schema_text
from blueprint.plan.selection import select_packs
from blueprint.spec.model import Spec
from blueprint.tree import RelPath

SPEC_FILE = "blueprint.yaml"
ASYNCAPI = RelPath("docs/asyncapi.json")
DASHBOARD = RelPath("deploy/grafana/dashboards/services.json")
DASHBOARD_PROVIDER = RelPath("deploy/grafana/provisioning/dashboards/services.yaml")
FIRST_VERSION = "0.1.0"
"""Of the project that begins: what its pyproject.toml says, too."""


def make_plan(spec: Spec, catalog: Catalog, source: str, disk_states: DiskStates = NOTHING_ON_DISK) -> Plan:
    """Return the plan of the spec, whose text is `source`. The result depends on the arguments only.

    Raises SpecError for a choice that is not in the catalog, or a change that stored rows cannot follow, and
    PackError for an invalid pack.
    """
    packs = select_packs(spec, catalog, disk_states)
    spec = with_exposed(spec, frozenset(service for pack in packs for service in pack.services), disk_states)
    api = api_of(spec, packs, FIRST_VERSION)
    problems = [*names_given_away(spec, packs, disk_states), *variables_given_away(spec, catalog)]
    problems += answered_routes(spec, packs, handwritten(api))
    problems += [each for service in spec.services for each in impossible_changes(spec, service, disk_states)]
    if problems:
        raise SpecError(problems)
    deployables = _deployables(spec, packs)
    known = {
        RUN_FILE: run_description(spec, packs, deployables),
        EXAMPLE_FILE: environment_example(spec, packs, deployables),
    }
    brought = files_of(Outline(spec, deployables, disk_states), packs)
    files = [PlannedFile(RelPath(path), Text(text)) for path, text in known.items() if text is not None]
    files += [*brought, *_documents(spec, packs, api)]
    if any(file.path == DASHBOARD_PROVIDER for file in brought):
        files += [PlannedFile(DASHBOARD, Text(_dashboard(spec, packs, deployables, disk_states)))]
    if outside := provenance_of(packs):
        files += [PlannedFile(PACKS_FILE, Text(provenance_text(outside)))]
    files += [PlannedFile(SCHEMA_FILE, Text(schema_text(catalog.of_project(packs), spec.stack)))]
    files += [PlannedFile(RelPath(SPEC_FILE), Text(source), seeded=True)]
    by_path = {file.path: file for file in files}
    return Plan(spec, packs, deployables, tuple(by_path[path] for path in sorted(by_path)), disk_states)


def _documents(spec: Spec, packs: tuple[Pack, ...], api: Api) -> Iterator[PlannedFile]:
    """The API documents: OpenAPI for routes, AsyncAPI for events."""
    source = api if api.origins else Text(to_json(openapi(spec, FIRST_VERSION)))
    yield PlannedFile(OPENAPI, source)
    on_broker = any("broker" in pack.ports for pack in packs)
    yield PlannedFile(ASYNCAPI, Text(to_json(asyncapi(spec, FIRST_VERSION, on_broker=on_broker))))
    for name, file in event_files(spec, on_broker=on_broker).items():
        yield PlannedFile(RelPath(f"docs/events/{name}"), Text(to_json(file)))


def _dashboard(
    spec: Spec, packs: tuple[Pack, ...], deployables: Iterable[Deployable], disk_states: DiskStates
) -> str:
    watched = tuple(
        Watched(
            service.name.human.capitalize(),
            deployable.name,
            routes_of(packs, Deployable(service.name, (service,)), disk_states)
            if len(deployable.services) > 1
            else None,
            any(each.websockets for each in deployable.services),
        )
        for deployable in deployables
        for service in deployable.services
    )
    on_broker = any("broker" in pack.ports for pack in packs)
    return to_json(dashboard(spec.name.human.capitalize(), watched, on_broker=on_broker))


def _deployables(spec: Spec, packs: Iterable[Pack]) -> tuple[Deployable, ...]:
    if any(pack.deployables == "one" for pack in packs):
        return (Deployable(spec.name.only_process, spec.services),)
    return tuple(Deployable(service.name.process, (service,)) for service in spec.services)
