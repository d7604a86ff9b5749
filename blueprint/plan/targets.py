"""Target paths of files in packs: `src/[package]/[service]/api.py.j2` is one file for each service."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter

from msgspec import Struct

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.plan.disk_state import module_of, own_module
from blueprint.plan.migrations import migrations_of
from blueprint.plan.model import Origin, Outline, Subject
from blueprint.spec.names import Name
from blueprint.spec.versions import event_versions
from blueprint.tree import RelPath

_PLACEHOLDER = re.compile(r"\[([^]]*)\]")


class Target(Struct, frozen=True):
    """A target path of a file in a pack, its subject, and the names in its scope."""

    path: RelPath
    subject: Subject
    names: Mapping[str, str]


def targets_of(origin: Origin, ending: str, outline: Outline) -> Iterator[Target]:
    """Yield every target of the file, whose path is without the suffix.

    Raises PackError for an unknown placeholder or an invalid path.
    """
    path = origin.file.path.removesuffix(ending)
    placeholders = frozenset(_PLACEHOLDER.findall(path)) - {"package"}
    if unknown := placeholders - _KNOWN:
        raise _fault(origin, f"the path contains the unknown placeholder [{min(unknown)}]")
    if placeholders not in _SUBJECTS:
        raise _fault(origin, f"a path cannot contain {' and '.join(sorted(placeholders))} together")
    for subject in _SUBJECTS[placeholders](outline):
        names = _names(outline, subject)
        yield Target(_path(path, names, origin), subject, names)


def _of_services(outline: Outline) -> Iterable[Subject]:
    return [Subject(service=service) for service in outline.spec.services]


def _of_deployables(outline: Outline) -> Iterable[Subject]:
    return [Subject(deployable=deployable) for deployable in outline.deployables]


def _of_workflows(outline: Outline) -> Iterable[Subject]:
    return [Subject(workflow=workflow) for workflow in outline.spec.workflows]


def _of_later_actions(outline: Outline) -> Iterable[Subject]:
    """The actions that were added to an existing service."""
    for service in outline.spec.services:
        disk_state = outline.disk_states.get(service.name)
        for action in service.actions:
            if module_of(service, action, disk_state) == own_module(action):
                yield Subject(service=service, action=action)


def _of_migrations(outline: Outline) -> Iterable[Subject]:
    for service in outline.spec.services:
        for migration in migrations_of(service, outline.disk_states.get(service.name)):
            yield Subject(service=service, migration=migration)


def _of_versions(outline: Outline) -> Iterable[Subject]:
    return [Subject(version=version) for version in event_versions(outline.spec) if version.before]


_SUBJECTS: Mapping[frozenset[str], Callable[[Outline], Iterable[Subject]]] = {
    frozenset(): lambda _: [Subject()],
    frozenset({"service"}): _of_services,
    frozenset({"deployable"}): _of_deployables,
    frozenset({"workflow"}): _of_workflows,
    frozenset({"version"}): _of_versions,
    frozenset({"service", "action"}): _of_later_actions,
    frozenset({"service", "migration"}): _of_migrations,
}
_IDENTIFIERS: Mapping[str, Callable[[Name], str]] = {
    "service": attrgetter("module"),
    "deployable": attrgetter("entrypoint"),
    "workflow": attrgetter("snake"),
    "action": attrgetter("snake"),
}
_KNOWN = frozenset[str]().union(*_SUBJECTS)


def _names(outline: Outline, subject: Subject) -> dict[str, str]:
    parts = {
        "service": subject.service,
        "deployable": subject.deployable,
        "workflow": subject.workflow,
        "action": subject.action,
    }
    names = {"project": str(outline.spec.name), "package": outline.spec.name.package}
    names |= {key: _IDENTIFIERS[key](part.name) for key, part in parts.items() if part is not None}
    names |= {"migration": subject.migration.name} if subject.migration else {}
    return names | ({"version": subject.version.event.snake} if subject.version else {})


def _path(path: str, names: Mapping[str, str], origin: Origin) -> RelPath:
    try:
        target = RelPath(_PLACEHOLDER.sub(lambda match: names[match[1]], path))
    except ValueError as error:
        raise _fault(origin, str(error)) from error
    parts = target.folded.split("/")
    if ".git" in parts or parts[0] == ".blueprint":
        raise _fault(origin, "a pack has no files for git itself, and none for .blueprint")
    return target


def _fault(origin: Origin, message: str) -> PackError:
    return PackError(Problem("bad-pack", message, path=str(origin.file.location)))
