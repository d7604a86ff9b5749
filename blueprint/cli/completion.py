"""Completion in shells: typer knows the commands and options, the spec of the project the rest."""

# Typer evaluates the annotations of what completes a parameter.
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from blueprint.spec.model import Spec

VARIABLE = "_BLUEPRINT_COMPLETE"
"""Set by a shell that asks for completions."""
SHELLS = ("bash", "zsh", "fish")


def script(shell: str) -> str:
    """What the shell has to read, so that it completes `blueprint`."""
    from typer import completion

    text: str = completion.get_completion_script(  # type: ignore[attr-defined]  # its only door is an option
        prog_name="blueprint", complete_var=VARIABLE, shell=shell
    )
    return text


def answer_shell(app: typer.Typer) -> None:
    """Print what the shell asks for, and exit."""
    from typer import completion
    from typer.main import get_command

    completion.completion_init()  # type: ignore[attr-defined]  # typer does so where it adds options of its own
    get_command(app).main(prog_name="blueprint", complete_var=VARIABLE)


def complete_choices(*choices: str) -> Callable[[str], list[str]]:
    """Completes fixed words."""

    def complete(incomplete: str) -> list[str]:
        return _matching(choices, incomplete)

    return complete


def complete_services(ctx: typer.Context, incomplete: str) -> list[str]:
    """Completes names of services."""
    return _from_spec(ctx, incomplete, lambda spec: (str(service.name) for service in spec.services))


def complete_events(ctx: typer.Context, incomplete: str) -> list[str]:
    """Completes what is recorded: events, actions and workflows."""
    from blueprint.cli.spec_names import actions, events, workflows

    return _from_spec(ctx, incomplete, lambda spec: (*events(spec), *actions(spec), *workflows(spec)))


def complete_published(ctx: typer.Context, incomplete: str) -> list[str]:
    """Completes events."""
    from blueprint.cli.spec_names import events

    return _from_spec(ctx, incomplete, events)


def complete_workflows(ctx: typer.Context, incomplete: str) -> list[str]:
    """Completes names of workflows."""
    from blueprint.cli.spec_names import workflows

    return _from_spec(ctx, incomplete, workflows)


def complete_packs(kind: str) -> Callable[[str], list[str]]:
    """Completes the ids of the packs of a kind that come with the tool."""

    def complete(incomplete: str) -> list[str]:
        from blueprint.cli.shipped import shipped

        return _matching(shipped(kind), incomplete)

    return complete


def complete_processes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Completes names of processes of the project."""
    from blueprint.errors import BlueprintError
    from blueprint.runtime.description import read_description
    from blueprint.workspace.project import find_project

    try:
        description = read_description(find_project(Path(ctx.params.get("directory") or ".")))
    except BlueprintError:
        return []
    return _matching([program.name for program in description.programs], incomplete)


def complete_patterns(incomplete: str) -> list[str]:
    """Completes the patterns that `compare` knows."""
    from blueprint.knowledge.base import load_knowledge_base

    return _matching(load_knowledge_base().patterns, incomplete)


def complete_topics(incomplete: str) -> list[str]:
    """Completes the topics of `explain`."""
    from blueprint.knowledge.base import load_knowledge_base
    from blueprint.knowledge.messages import load_messages
    from blueprint.knowledge.prices import own_prices
    from blueprint.report.explaining.entries import Knowledge
    from blueprint.report.explaining.topics import topic_names

    knowledge = Knowledge(load_knowledge_base(), load_messages(), own_prices(), frozenset())
    return _matching(topic_names(knowledge), incomplete)


def complete_tables(ctx: typer.Context, incomplete: str) -> list[str]:
    """Completes the table of the service that is named."""
    service = ctx.params.get("service")
    return _from_spec(ctx, incomplete, lambda spec: _table(spec, service))


def complete_fields(ctx: typer.Context, incomplete: str) -> list[str]:
    """Completes the fields of the service that is named, the last of several with commas."""
    service = ctx.params.get("service")
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in _from_spec(ctx, last, lambda spec: _fields(spec, service))]


def _from_spec(ctx: typer.Context, incomplete: str, names: "Callable[[Spec], Iterable[str]]") -> list[str]:
    """What begins as the word does; nothing outside of a project, or where its spec is not valid."""
    from blueprint.errors import BlueprintError
    from blueprint.spec.load import load_spec
    from blueprint.workspace.project import find_project

    try:
        root = find_project(Path(ctx.params.get("directory") or "."))
        spec = load_spec((root / "blueprint.yaml").read_text(encoding="utf-8-sig"), "blueprint.yaml")
    except (BlueprintError, OSError, UnicodeDecodeError):
        return []
    return _matching(dict.fromkeys(names(spec)), incomplete)


def _matching(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]


def _table(spec: "Spec", service: object) -> list[str]:
    return [each.name.module for each in spec.services if str(each.name) == service and each.resource]


def _fields(spec: "Spec", service: object) -> list[str]:
    """Of all services where none is known, as with the option before the argument."""
    resources = (
        each.resource for each in spec.services if service in (None, str(each.name)) and each.resource
    )
    return ["id", "created_at", *(field.name.snake for resource in resources for field in resource)]
