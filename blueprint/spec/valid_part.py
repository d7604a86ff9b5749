"""Extracts the valid part of a spec, in which further problems can be found reliably."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from msgspec.structs import replace

from blueprint.errors import Problem
from blueprint.spec.location import Keys, Marks
from blueprint.spec.model import CREATED, Spec


def sound_part(spec: Spec, problems: Iterable[Problem]) -> Spec:
    """The spec without services, events and workflows that have a problem, and without their dependents."""
    broken = _broken_sections(spec.marks, problems)
    if not broken:
        return spec
    while more := _services_in_the_dark(spec, broken) - broken:
        broken |= more
    services = tuple(service for service in spec.services if ("services", service.name) not in broken)
    names = {service.name for service in services}
    workflows = tuple(
        workflow
        for workflow in spec.workflows
        if ("workflows", workflow.name) not in broken
        and {workflow.starts, *(ref.service for ref in workflow.refs)} <= names
    )
    events = tuple(older for older in spec.events if ("events", older.event) not in broken)
    return replace(spec, services=services, events=events, workflows=workflows)


def _broken_sections(marks: Marks, problems: Iterable[Problem]) -> set[Keys]:
    """The keys, one or two, of the parts with problems."""
    sections = sorted((position, keys) for keys, position in marks.key_positions.items() if len(keys) <= 2)
    starts = [position for position, _ in sections]
    indexes = (bisect_right(starts, (problem.line or 1, problem.column or 1)) for problem in problems)
    return {sections[max(index - 1, 0)][1] for index in indexes} if sections else set()


def _services_in_the_dark(spec: Spec, broken: set[Keys]) -> set[Keys]:
    """The services that react to an event with unknown data.

    The data of an action's event depends on all workflows: if one is invalid, these events are unknown.
    """
    harmless = ("services", "types", "events")
    workflows_are_known = all(keys[0] in harmless and len(keys) == 2 for keys in broken)
    unknown = {
        publication.event
        for service in spec.services
        for publication in service.publishes
        if ("services", service.name) in broken
        or ("events", publication.event) in broken
        or (publication.occurrence != CREATED and not workflows_are_known)
    }
    return {
        ("services", service.name)
        for service in spec.services
        if any(reaction.event in unknown for reaction in service.reactions)
    }
