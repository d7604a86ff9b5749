"""The OpenAPI document of a planned project."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from blueprint.catalog.model import Pack
from blueprint.documents.openapi import Handwritten, openapi
from blueprint.documents.repeating import posts_with_key
from blueprint.documents.schemas import Json
from blueprint.documents.subset import without_tags
from blueprint.documents.text import to_json
from blueprint.plan.model import Api, Deployable, Origin, Plan, Text
from blueprint.plan.routes import routes_of
from blueprint.spec.http_routes import Shape
from blueprint.spec.model import Service, Spec
from blueprint.tree import RelPath

OPENAPI = RelPath("docs/openapi.json")
_PACKAGE = "${package}"
_SMALLEST_BUFFER = 131_072


def api_document(plan: Plan) -> Json:
    """The document of its services; empty without routes in packs and spec."""
    source = next((file.source for file in plan.files if file.path == OPENAPI), None)
    if isinstance(source, Text):
        document: Json = json.loads(source.text)
        return document
    return joined_document(source) if isinstance(source, Api) else {}


def gateway_buffer(plan: Plan) -> int:
    """The size in bytes of a buffer twice as large as the document, with room for new routes."""
    size, needed = _SMALLEST_BUFFER, 2 * len(to_json(api_document(plan)))
    while size < needed:
        size *= 2
    return size


def posts_sent_again(plan: Plan) -> str | None:
    """A regular expression of the paths whose POST a gateway can retry if it has an idempotency key.

    Services are excluded if their code on disk does not use keys, whatever the document says.
    """
    document = api_document(plan)
    keyless = [
        route
        for service in plan.spec.services
        if service.name in plan.disk_states and not plan.disk_states[service.name].takes_keys
        for route in routes_of(plan.packs, Deployable(service.name, (service,)), plan.disk_states)
    ]
    paths = document.get("paths")
    if isinstance(paths, dict):
        kept = {
            path: item for path, item in paths.items() if not any(fnmatchcase(path, each) for each in keyless)
        }
        document = {**document, "paths": kept}
    return posts_with_key(document)


def answered_by_pack(plan: Plan, service: Service) -> frozenset[Shape] | None:
    """The routes in the code of a pack, or None if no pack has code for the service."""
    source = next((file.source for file in plan.files if file.path == OPENAPI), None)
    if not isinstance(source, Api) or service.name not in source.by_hand:
        return None
    return handwritten(source).shapes()


def joined_document(source: Api) -> Json:
    """The document of a pack for its own services, and the documents of the others."""
    return openapi(source.spec, source.version, handwritten(source))


def api_of(spec: Spec, packs: Sequence[Pack], version: str) -> Api:
    """What the services of the spec answer, with the documents of packs, highest layer first."""
    origins = tuple(
        Origin(pack, file)
        for pack in reversed(packs)
        for file in pack.section("files")
        if file.path == OPENAPI
    )
    return Api(spec, version, origins, frozenset(service for pack in packs for service in pack.services))


def handwritten(source: Api) -> Handwritten:
    """What the code of packs answers in the services that the spec has."""
    missing = source.by_hand - {service.name for service in source.spec.services}
    written: Json = {"paths": {}, "components": {}}
    for origin in source.origins:
        text = origin.file.location.read_text(encoding="utf-8").replace(_PACKAGE, source.spec.name.package)
        written = _together(without_tags(json.loads(text), missing), written)
    return Handwritten(source.by_hand, _with_used_schemes(written))


def _object(document: Json, key: str) -> Any:
    return document.get(key, {})


def _with_used_schemes(document: Json) -> Json:
    """The document with only the security schemes that its operations use."""
    # Documents of packs are not validated here: an operation lists its requirements by names of schemes.
    paths: dict[str, Any] = _object(document, "paths")
    operations = [each for item in paths.values() for each in item.values()]
    used = {name for each in operations for wanted in each.get("security", ()) for name in wanted}
    components: dict[str, Any] = dict(_object(document, "components"))
    schemes = {name: each for name, each in components.pop("securitySchemes", {}).items() if name in used}
    return {**document, "components": {**components, **({"securitySchemes": schemes} if schemes else {})}}


def _together(first: Json, second: Json) -> Json:
    """Merge two documents. For entries in both, the first has precedence."""
    both = {**second, **first}
    return {
        key: _together(one, other)
        if isinstance(one := first.get(key), dict) and isinstance(other := second.get(key), dict)
        else value
        for key, value in both.items()
    }
