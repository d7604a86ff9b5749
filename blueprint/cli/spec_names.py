"""The names in a spec that options and arguments take, and the errors for others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from blueprint.errors import Problem, UsageError
from blueprint.spec.model import Spec

SPEC = "blueprint.yaml"


def events(spec: Spec) -> list[str]:
    """Published events."""
    return [str(publication.event) for service in spec.services for publication in service.publishes]


def actions(spec: Spec) -> list[str]:
    """`orders.confirm`."""
    return [
        f"{service.name.snake}.{action.name.snake}" for service in spec.services for action in service.actions
    ]


def workflows(spec: Spec) -> list[str]:
    """Workflows."""
    return [str(workflow.name) for workflow in spec.workflows]


def refuse_unknown_service(spec: Spec, name: str | None, processes: Iterable[str] = ()) -> None:
    """Raise UsageError unless it is a service or one of the processes, with underscores or hyphens."""
    services = [str(service.name) for service in spec.services]
    if name is not None and name.replace("_", "-") not in {
        each.replace("_", "-") for each in (*services, *processes)
    }:
        raise unknown("unknown-service", f"there is no service {name[:80]}", name, services)


def refuse_unknown_type(spec: Spec, name: str | None) -> None:
    """Raise UsageError unless it is an event, an action or a workflow."""
    known = [*events(spec), *actions(spec), *workflows(spec)]
    if name is not None and name not in known:
        raise unknown("unknown-record", f"there is no event, action or workflow {name[:80]}", name, known)


def unknown(code: str, message: str, name: str, known: Sequence[str]) -> UsageError:
    """The error for a name that is not known: the nearest one, and all there are."""
    guess = "".join(f"did you mean {near}? " for near in get_close_matches(name, known, 1))
    return UsageError(Problem(code, message, f"{guess}there is {', '.join(known)}"))
