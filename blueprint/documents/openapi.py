"""The OpenAPI document of what the services answer as long as nobody has written code for them."""

from __future__ import annotations

from blueprint.documents.components import errors, parameters, shared_components
from blueprint.documents.schemas import Json, nullable, object_schema, type_schemas
from blueprint.spec.model import Field, FieldType, Service, Spec
from blueprint.spec.names import Name

_DESCRIPTION = (
    "Amounts are integer numbers of cents, times RFC 3339 in UTC, ids opaque strings. "
    "A request body has at most 1 MiB and no U+0000 in a string; properties that are not known are ignored. "
    "Errors are `application/problem+json` (RFC 9457)."
)

_OWN_FIELDS = (Field(Name("id"), FieldType("str")), Field(Name("created_at"), FieldType("time")))


def openapi(spec: Spec, version: str) -> Json:
    """The document, in OpenAPI 3.1: a collection for each service that has a resource.

    `version` is that of the project. Paths stand in the order of the spec, components in that of their names.
    """
    services = [service for service in spec.services if service.resource is not None]
    paths: Json = {}
    for service in services:
        paths[f"/{service.name.kebab}"] = {"post": _create(service), "get": _browse(service)}
        paths[f"/{service.name.kebab}/{{id}}"] = _one(service)
    return {
        "openapi": "3.1.0",
        "info": {"title": spec.name.human.capitalize(), "version": version, "description": _DESCRIPTION},
        "tags": [{"name": service.name.human} for service in services],
        "paths": paths,
        "components": {"schemas": _schemas(spec, services), **shared_components()} if services else {},
    }


def joined(document: Json, others: Json) -> Json:
    """A document that was written by hand, and what another has besides: paths and components."""
    return {
        **document,
        "paths": _with_more(document, others, "paths"),
        "components": {
            name: _with_more(_part(document, "components"), _part(others, "components"), name)
            for name in {**_part(document, "components"), **_part(others, "components")}
        },
    }


def _with_more(document: Json, others: Json, key: str) -> Json:
    """The part of both; where they have one entry, the first counts."""
    written, more = _part(document, key), _part(others, key)
    return {**written, **{name: value for name, value in more.items() if name not in written}}


def _part(document: Json, key: str) -> Json:
    part = document.get(key, {})
    assert isinstance(part, dict)  # else it is no OpenAPI
    return part


def _schemas(spec: Spec, services: list[Service]) -> Json:
    types = type_schemas(spec, (field for service in services for field in service.resource or ()))
    records = {service.name.singular.pascal: _record(service) for service in services}
    return dict(sorted({**types, **records}.items()))


def _record(service: Service) -> Json:
    """A row as it is answered: every field is there, an empty one as null."""
    fields = (*_OWN_FIELDS, *(service.resource or ()))
    return object_schema(fields, required=[field.name for field in fields])


def _create(service: Service) -> Json:
    return {
        **_heading(service, "create", f"Create {service.name.singular.human}"),
        "parameters": parameters("IdempotencyKey"),
        "requestBody": _body(object_schema(service.create_fields)),
        "responses": {
            "201": _answer("It is created.", _reference(service)),
            **errors("400", *_taken(service), "413", "422"),
        },
    }


def _browse(service: Service) -> Json:
    next_cursor = nullable(
        {"type": "string", "description": "Where the next page begins; null on the last one."}
    )
    page: Json = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": _reference(service)}, "next_cursor": next_cursor},
        "required": ["items", "next_cursor"],
    }
    return {
        "operationId": f"list_{service.name.snake}",
        "tags": [service.name.human],
        "summary": f"List {service.name.human}, the oldest first",
        "parameters": parameters("Limit", "Cursor"),
        "responses": {"200": _answer("One page.", page), **errors("400", "422")},
    }


def _one(service: Service) -> Json:
    shown = {
        **_heading(service, "show", f"Show {service.name.singular.human}"),
        "responses": {"200": _answer("It is found.", _reference(service)), **errors("404")},
    }
    removed = {
        **_heading(service, "remove", f"Remove {service.name.singular.human}"),
        "responses": {"204": {"description": "It is gone."}, **errors("404")},
    }
    replaced = {"put": _replace(service)} if service.create_fields else {}
    return {"parameters": parameters("Id"), "get": shown, **replaced, "delete": removed}


def _replace(service: Service) -> Json:
    one = service.name.singular.human
    return {
        **_heading(service, "replace", f"Replace {one}: what the body leaves out is empty afterwards"),
        "requestBody": _body(object_schema(service.create_fields)),
        "responses": {
            "200": _answer("It is replaced.", _reference(service)),
            **errors("400", "404", *_taken(service), "413", "422"),
        },
    }


def _heading(service: Service, verb: str, summary: str) -> Json:
    operation = f"{verb}_{service.name.singular.snake}"
    return {"operationId": operation, "tags": [service.name.human], "summary": summary}


def _taken(service: Service) -> tuple[str, ...]:
    return ("409",) if any(field.unique for field in service.resource or ()) else ()


def _reference(service: Service) -> Json:
    return {"$ref": f"#/components/schemas/{service.name.singular.pascal}"}


def _body(schema: Json) -> Json:
    return {"required": True, **_content(schema)}


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, **_content(schema)}


def _content(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}
