"""Edit the text of blueprint.yaml for `add-service`."""

from __future__ import annotations

from blueprint.cli.service_flags import ServiceFlags, service_of, step_action
from blueprint.errors import Problem, SpecError
from blueprint.spec.edit import check_edit, with_service, with_step, without_service
from blueprint.spec.findings import did_you_mean
from blueprint.spec.joining import index_after, with_step_inputs, workflow_named
from blueprint.spec.load import load_spec
from blueprint.spec.model import ActionRef, Spec
from blueprint.spec.names import Name, fold, shown


def text_with(text: str, flags: ServiceFlags, path: str) -> str:
    """The text with the service described by the flags; `path` is used in messages.

    Raises SpecError and UsageError with all problems.
    """
    spec = load_spec(text, path)
    service = service_of(flags)
    _refuse_known(spec, service.name)
    step = step_action(flags, service)
    if step is None:
        edited = with_service(text, service)
    else:
        workflow = workflow_named(spec, step[0])
        index = index_after(workflow, flags.after)
        service = with_step_inputs(spec, workflow, index, service, step[1])
        edited = with_service(text, service)
        edited = with_step(edited, workflow.name, index, ActionRef(service.name, Name(step[1])))
    check_edit(text, edited, path)
    return edited


def text_without(text: str, name: str, path: str) -> str:
    """The text without the service and its steps. Raises SpecError if it is unknown or still needed."""
    spec = load_spec(text, path)
    names = [service.name for service in spec.services]
    if name not in names:
        problem = Problem("unknown-service", f"there is no service {shown(name)}", did_you_mean(name, names))
        raise SpecError(problem)
    if len(names) == 1:
        raise SpecError(Problem("last-service", f'"{name}" is the only service', "add another one first"))
    edited = without_service(text, spec, name)
    check_edit(text, edited, path)
    return edited


def _refuse_known(spec: Spec, name: Name) -> None:
    for service in spec.services:
        if fold(service.name) == fold(name):
            message = f'the service "{service.name}" already exists'
            hint = "choose another name, or edit the existing service in blueprint.yaml"
            location = spec.marks.key_location("services", service.name)
            raise SpecError(location.problem("service-exists", message, hint))
