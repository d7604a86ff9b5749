"""The OpenAPI document of a project that is planned."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

from blueprint.documents.openapi import Handwritten, openapi
from blueprint.documents.repeating import posts_with_key
from blueprint.documents.schemas import Json
from blueprint.documents.subset import without_tags
from blueprint.documents.text import to_json
from blueprint.plan.model import Api, Deployable, Plan, Text
from blueprint.plan.routes import routes_of
from blueprint.tree import RelPath

OPENAPI = RelPath("docs/openapi.json")
_PACKAGE = "${package}"
_SMALLEST_BUFFER = 131_072


def api_document(plan: Plan) -> Json:
    """What its services answer; empty where no pack and no spec says it."""
    source = next((file.source for file in plan.files if file.path == OPENAPI), None)
    if isinstance(source, Text):
        document: Json = json.loads(source.text)
        return document
    return joined_document(source) if isinstance(source, Api) else {}


def gateway_buffer(plan: Plan) -> int:
    """The bytes of a buffer that is half full with the document: the rest is for routes that come later."""
    size, needed = _SMALLEST_BUFFER, 2 * len(to_json(api_document(plan)))
    while size < needed:
        size *= 2
    return size


def posts_sent_again(plan: Plan) -> str | None:
    """A regular expression of the paths whose POST a gateway may send again, if it has a key.

    What the document says of a service does not count where the code on the disk knows nothing of keys.
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


def joined_document(source: Api) -> Json:
    """The document of a pack for its own services, and what the others answer."""
    text = source.origin.file.location.read_text(encoding="utf-8")
    written = json.loads(text.replace(_PACKAGE, source.spec.name.package))
    missing = source.by_hand - {service.name for service in source.spec.services}
    handwritten = Handwritten(source.by_hand, without_tags(written, missing))
    return openapi(source.spec, source.version, handwritten)
