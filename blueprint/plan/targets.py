"""Where the files of a pack come to lie: `src/[package]/[service]/api.py.j2` is one file for each service."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.plan.model import Deployable, Origin, Subject
from blueprint.spec.model import Spec
from blueprint.spec.versions import event_versions
from blueprint.tree import RelPath

_PLACEHOLDER = re.compile(r"\[([^]]*)\]")
_SUBJECTS = frozenset({"service", "deployable", "version"})


@dataclass(frozen=True, slots=True)
class Target:
    """One place that a file of a pack goes to, what the file is about there, and the names of all that."""

    path: RelPath
    subject: Subject
    names: Mapping[str, str]


def targets_of(
    origin: Origin, ending: str, spec: Spec, deployables: Iterable[Deployable]
) -> Iterator[Target]:
    """Every place of the file, its path without the ending.

    Raises PackError for a placeholder that is not known, and for a path that no disk takes.
    """
    path = origin.file.path.removesuffix(ending)
    placeholders = set(_PLACEHOLDER.findall(path))
    if unknown := placeholders - {"package", *_SUBJECTS}:
        raise _fault(origin, f"the path holds [{min(unknown)}], which stands for nothing")
    if len(placeholders & _SUBJECTS) > 1:
        about = " and about ".join(
            f"{subject}s" for subject in sorted(placeholders & _SUBJECTS, reverse=True)
        )
        raise _fault(origin, f"the path is about {about}, and can be about one")
    for subject in _subjects(placeholders, spec, deployables):
        names = _names(spec, subject)
        yield Target(_path(path, names, origin), subject, names)


def _subjects(placeholders: set[str], spec: Spec, deployables: Iterable[Deployable]) -> Iterable[Subject]:
    if "service" in placeholders:
        return [Subject(service=service) for service in spec.services]
    if "deployable" in placeholders:
        return [Subject(deployable=deployable) for deployable in deployables]
    if "version" in placeholders:
        return [Subject(version=version) for version in event_versions(spec) if version.before]
    return [Subject()]


def _names(spec: Spec, subject: Subject) -> dict[str, str]:
    names = {"project": str(spec.name), "package": spec.name.snake}
    if subject.service:
        names["service"] = subject.service.name.snake
    if subject.deployable:
        names["deployable"] = subject.deployable.name.snake
    if subject.version:
        names["version"] = subject.version.event.snake
    return names


def _path(path: str, names: Mapping[str, str], origin: Origin) -> RelPath:
    try:
        return RelPath(_PLACEHOLDER.sub(lambda found: names[found[1]], path))
    except ValueError as error:
        raise _fault(origin, str(error)) from error


def _fault(origin: Origin, message: str) -> PackError:
    return PackError(Problem("bad-pack", message, path=str(origin.file.location)))
