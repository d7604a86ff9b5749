"""Reads `jobs` of a service: actions and their schedules."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.errors import Problem
from blueprint.spec.findings import Findings, did_you_mean
from blueprint.spec.model import Job, Spec
from blueprint.spec.name_rules import action_names
from blueprint.spec.names import action_name
from blueprint.spec.nodes import Node
from blueprint.spec.schedules import schedule_of
from blueprint.spec.shape import named_of, text_of


def jobs_of(node: Node | None, findings: Findings) -> tuple[Job, ...]:
    """The jobs of a service, in the order of the file."""
    return tuple(_jobs(node, findings))


def unknown_jobs(spec: Spec) -> Iterator[Problem]:
    """A job is an action of its own service."""
    for service in spec.services:
        known = action_names(service)
        for job in service.jobs:
            is_written = ("services", service.name, "actions", job.action) in spec.marks
            if job.action not in known and not is_written:
                location = spec.marks.key_location("services", service.name, "jobs", job.action)
                message = f'the service "{service.name}" has no action "{job.action}"'
                hint = did_you_mean(job.action, known, f'add "{job.action}: {{}}" to its actions')
                yield location.problem("unknown-action", message, hint)


def jobs_with_inputs(spec: Spec) -> Iterator[Problem]:
    """The action of a job takes no inputs."""
    for service in spec.services:
        for job in service.jobs:
            action = service.action(job.action)
            if action.inputs:
                location = spec.marks.key_location("services", service.name, "jobs", job.action)
                given = ", ".join(field.name for field in action.inputs)
                message = f'"{job.action}" cannot be a job: it takes {given}, but jobs have no inputs'
                yield location.problem("job-inputs", message, "name an action without inputs")


def _jobs(node: Node | None, findings: Findings) -> Iterator[Job]:
    for name, value in named_of(node, '"jobs"', action_name, findings):
        if (text := text_of(value, f'the job "{name}"', findings)) is None:
            continue
        if (schedule := findings.keep(schedule_of(text.value, text.location))) is not None:
            yield Job(name, schedule)


WRITTEN_JOB_RULES = (unknown_jobs,)
COMPLETE_JOB_RULES = (jobs_with_inputs,)
