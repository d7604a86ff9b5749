"""A JSON Schema and a sample of each version of each event.

The schema is that of `data`, since that is what the attribute `dataschema` of a CloudEvent names; the
envelope is the same for all, and described by CloudEvents itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from blueprint.documents.messages import Message, messages, transitions
from blueprint.documents.samples import sample_of
from blueprint.documents.schemas import Json, object_schema, type_schemas
from blueprint.spec.model import Field, Spec
from blueprint.spec.versions import base_of, event_versions
from blueprint.tree import RESERVED_STEMS

_TIME = "2030-01-31T12:00:00Z"
_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class _Kind(Struct, frozen=True):
    """An event in one version. `siblings` are the versions that are published together, the newest first."""

    event: str
    fields: tuple[Field, ...]
    source: str
    workflow: str = ""
    siblings: tuple[str, ...] = ()


def event_files(spec: Spec, *, on_broker: bool) -> dict[str, Json]:
    """`order.placed.schema.json` and `order.placed.sample.json` for each event that can be received.

    With a broker these are all messages; without one, those declared in the spec. This includes older
    versions
    that are no longer published, because old events may still arrive.
    """
    files: dict[str, Json] = {}
    for kind in _kinds(spec, on_broker):
        stem = stem_of(kind.event)
        files[f"{stem}.schema.json"] = _schema(spec, kind)
        files[f"{stem}.sample.json"] = _sample(spec, kind)
    return files


def stem_of(event: str) -> str:
    """The stem of an event's files; avoids device names of Windows."""
    first, dot, rest = event.partition(".")
    return f"{first}_{dot}{rest}" if first in RESERVED_STEMS else event


def _kinds(spec: Spec, on_broker: bool) -> Iterator[_Kind]:
    sources: dict[str, str] = {}
    for one in messages(spec):
        if one.published or on_broker:
            source = sources[base_of(one.event)] = f"/{one.occurrence.action.service.snake}"
            yield _Kind(one.event, one.data, source, _workflow(spec, one), _siblings_of(spec, one))
    for version in event_versions(spec):
        if not version.published:
            yield _Kind(version.event, version.fields, sources[base_of(version.event)])


def _workflow(spec: Spec, one: Message) -> str:
    """The workflow of the action; a row that starts one is not part of it."""
    done = one.occurrence.action
    inside = (each for each in spec.workflows if any(done == action for _, action in transitions(spec, each)))
    return next((workflow.name.snake for workflow in inside), "")


def _siblings_of(spec: Spec, one: Message) -> tuple[str, ...]:
    service = spec.service(one.occurrence.action.service)
    versions = [each.event for each in service.publishes if base_of(each.event) == base_of(one.event)]
    return tuple(reversed(versions)) if len(versions) > 1 else ()


def _schema(spec: Spec, kind: _Kind) -> Json:
    types = type_schemas(spec, kind.fields)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _uri(spec, kind.event),
        "title": kind.event,
        **object_schema(kind.fields),
        **({"$defs": types} if types else {}),
    }
    return {key: _with_types_inside(part) for key, part in schema.items()}


def _with_types_inside(value: object) -> object:
    """The value with references to types in the same document."""
    if isinstance(value, dict):
        return {key: _with_types_inside(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_types_inside(part) for part in value]
    return value.replace("#/components/schemas/", "#/$defs/") if isinstance(value, str) else value


def _sample(spec: Spec, kind: _Kind) -> Json:
    """The event in CloudEvents structured mode, with its extension attributes."""
    data = {field.name: sample_of(field, spec) for field in kind.fields}
    newest, *older = kind.siblings or (kind.event,)
    extensions = {
        "workflow": kind.workflow,
        "traceparent": _TRACE,
        "versions": ",".join(kind.siblings),
        "occurrence": _id(newest) if kind.event in older else "",
    }
    return {
        "specversion": "1.0",
        "id": _id(kind.event),
        "source": kind.source,
        "type": kind.event,
        "subject": next(
            (str(data[field.name]) for field in kind.fields if field.name.endswith("_id")), "key"
        ),
        "time": _TIME,
        "datacontenttype": "application/json",
        "dataschema": _uri(spec, kind.event),
        "data": data,
        **{name: value for name, value in extensions.items() if value},
    }


def _id(event: str) -> str:
    return f"sample-of-{event}"


def _uri(spec: Spec, event: str) -> str:
    return f"urn:events:{spec.name}:{event}"
