"""Find parts of docs/openapi.json that lag behind blueprint.yaml, for example after a git merge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import DecodeError
from msgspec.json import decode

from blueprint.documents.schemas import Json
from blueprint.plan.api import OPENAPI
from blueprint.plan.views import service_types
from blueprint.spec.model import Service, Spec
from blueprint.tree import RelPath, Tree
from blueprint.workspace.disk_files import DiskFile, look
from blueprint.workspace.line_ends import plain

_ANNOTATIONS = frozenset({"title", "description", "example", "examples", "deprecated"})
_MODULES = ("api", "requests", "views", "types", "__init__")


def outdated_parts(root: Path, spec: Spec, tree: Tree) -> tuple[str, ...]:
    """Paths and schemas that are missing or outdated in the document.

    Only unedited modules are considered: for edited code, only the application knows the responses.
    Raises OSError.
    """
    there = look(root, [OPENAPI])[OPENAPI]
    wanted = tree.get(OPENAPI)
    if not isinstance(there, DiskFile) or wanted is None or plain(there.content) == plain(wanted.content):
        return ()
    current, written = _document(there.content), _document(wanted.content)
    if current is None or written is None:
        return ()
    parts: dict[str, None] = {}
    for service in spec.services:
        unedited = frozenset(_unedited(root, spec, service, tree))
        if unedited >= set(_MODULES):
            parts |= dict.fromkeys(_missing_paths(current, written, service))
        schemas = (title for module, title in _models(spec, service, tree) if module in unedited)
        parts |= dict.fromkeys(title for title in schemas if _is_older(current, written, title))
    return tuple(parts)


def _document(content: bytes) -> Json | None:
    try:
        return decode(content, type=dict[str, object])
    except DecodeError:
        return None


def _unedited(root: Path, spec: Spec, service: Service, tree: Tree) -> Iterator[str]:
    """Modules of the service that equal the generated version, or that exist in neither."""
    paths = {_path(spec, service, module): module for module in _MODULES}
    for path, there in look(root, paths).items():
        wanted = tree.get(path)
        content = plain(there.content) if isinstance(there, DiskFile) else there
        if content == (plain(wanted.content) if wanted else None):
            yield paths[path]


def _path(spec: Spec, service: Service, module: str) -> RelPath:
    return RelPath(f"src/{spec.name.package}/{service.name.module}/{module}.py")


def _models(spec: Spec, service: Service, tree: Tree) -> Iterator[tuple[str, str]]:
    """Models of requests and responses, each with its module, by default `api`."""
    if service.resource is not None:
        names = [("requests", f"New{service.singular.pascal}"), ("views", f"{service.singular.pascal}View")]
        names += [("types", type_.name.class_name) for type_ in service_types(spec, service)]
        for module, name in names:
            yield module if _path(spec, service, module) in tree else "api", name


def _missing_paths(current: Json, written: Json, service: Service) -> Iterator[str]:
    there = _part(current, "paths")
    prefix = f"/{service.name.kebab}"
    for path, item in _part(written, "paths").items():
        if (path == prefix or path.startswith(f"{prefix}/")) and not _keys(item) <= _keys(there.get(path)):
            yield path


def _is_older(current: Json, written: Json, title: str) -> bool:
    """Whether both have a schema with this name, and their contents differ."""
    one, other = (_part(_part(_part(each, "components"), "schemas"), title) for each in (current, written))
    return bool(one and other) and _content(one) != _content(other)


def _content(schema: Json) -> tuple[object, object]:
    properties = {name: _plain(each) for name, each in _part(schema, "properties").items()}
    required = schema.get("required")
    return properties, sorted(map(str, required)) if isinstance(required, list) else []


def _plain(schema: object) -> object:
    """The schema without descriptions."""
    if not isinstance(schema, Mapping):
        return schema
    return {key: value for key, value in schema.items() if key not in _ANNOTATIONS}


def _part(document: Json, key: str) -> Json:
    part = document.get(key)
    return part if isinstance(part, dict) else {}


def _keys(item: object) -> set[object]:
    return set(item) if isinstance(item, dict) else set()
