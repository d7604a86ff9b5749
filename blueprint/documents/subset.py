"""Reduce an OpenAPI document to some services and the components they need."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

_Object = dict[str, Any]

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_REFERENCE = "$ref"
_COMPONENTS = "#/components/"


def without_tags(document: _Object, tags: Collection[str]) -> _Object:
    """The document without operations that have only these tags, and without components only they need.

    A document that has no such operation is returned as it is.
    """
    paths = {path: _without(item, tags) for path, item in document.get("paths", {}).items()}
    if paths == document.get("paths", {}):
        return document
    rest = {**document, "paths": {path: item for path, item in paths.items() if _METHODS & item.keys()}}
    if "tags" in document:
        rest["tags"] = [tag for tag in document["tags"] if tag["name"] not in tags]
    return {**rest, "components": _used(document.get("components", {}), rest)}


def _without(item: _Object, tags: Collection[str]) -> _Object:
    return {key: each for key, each in item.items() if key not in _METHODS or not _has_only(each, tags)}


def _has_only(operation: _Object, tags: Collection[str]) -> bool:
    named = operation.get("tags", [])
    return bool(named) and all(tag in tags for tag in named)


def _used(components: _Object, document: _Object) -> _Object:
    """The components the paths need, directly or indirectly, and all security schemes."""
    wanted = set(_references({key: value for key, value in document.items() if key != "components"}))
    todo = list(wanted)
    while todo:
        kind, name = todo.pop()
        more = set(_references(components.get(kind, {}).get(name, {}))) - wanted
        wanted |= more
        todo += more
    kept = {
        kind: {
            name: each
            for name, each in entries.items()
            if (kind, name) in wanted or kind == "securitySchemes"
        }
        for kind, entries in components.items()
    }
    return {kind: entries for kind, entries in kept.items() if entries}


def _references(value: Any) -> Iterator[tuple[str, str]]:
    """The kind and name of each referenced component."""
    if isinstance(value, Mapping):
        target = value.get(_REFERENCE)
        if isinstance(target, str) and target.startswith(_COMPONENTS):
            kind, _, name = target.removeprefix(_COMPONENTS).partition("/")
            yield kind, name
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
