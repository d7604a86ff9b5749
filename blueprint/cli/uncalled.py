"""Tell which actions of a project nothing calls, with the route to add."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from blueprint.plan.exposed import unanswered

if TYPE_CHECKING:
    from blueprint.cli.wanted import WantedDraft
    from blueprint.spec.action_routes import ActionRoute
    from blueprint.spec.model import Service


class Uncalled(Struct, frozen=True):
    """An action that no event, workflow, job or route calls. `lines` of `path` would give it the `route`."""

    action: str
    route: str
    path: str
    lines: tuple[str, ...]


def uncalled_actions(draft: WantedDraft) -> tuple[Uncalled, ...]:
    """The uncalled actions of services that existed before, whose `api.py` does not mention them."""
    return tuple(_uncalled(draft))


def _uncalled(draft: WantedDraft) -> Iterator[Uncalled]:
    for route in unanswered(draft.spec, draft.plan.disk_states):
        service = route.service
        path = f"src/{draft.spec.name.package}/{service.name.module}/api.py"
        text = _begun(draft, service, path)
        api = draft.plan.disk_states[service.name].api
        yield Uncalled(
            f"{service.name}.{route.action.name}", str(route.route), path, _lines(text, api, route)
        )


def _begun(draft: WantedDraft, service: Service, path: str) -> str:
    """The `api.py` of the service if it were new; empty where its code is that of a pack."""
    from blueprint.plan.model import Subject, Template
    from blueprint.render.renderer import render

    files = tuple(
        replace(file, source=replace(file.source, subject=Subject(service=service)))
        for file in draft.plan.files
        if file.path == path and isinstance(file.source, Template)
    )
    tree = render(replace(draft.plan, spec=draft.spec, files=files))
    return next((blob.content.decode() for blob in tree.values()), "")


def _lines(begun: str, api: str, route: ActionRoute) -> tuple[str, ...]:
    """The imports that `api` lacks, the class of the body, and the function."""
    if not api:
        return tuple(begun.splitlines())
    body = ast.parse(begun).body
    defined = {node.name: node for node in body if isinstance(node, ast.ClassDef | ast.AsyncFunctionDef)}
    wanted = [defined[name] for name in (route.request, route.function) if name in defined]
    if route.function not in defined:
        return ()
    used = {each.id for node in wanted for each in ast.walk(node) if isinstance(each, ast.Name)}
    known = set(api.replace("(", " ").replace(",", " ").split())
    lines = [
        line for node in body if isinstance(node, ast.ImportFrom) for line in _import(node, used - known)
    ]
    for node in wanted:
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        lines += ["", *begun.splitlines()[first - 1 : node.end_lineno]]
    return tuple(lines)


def _import(node: ast.ImportFrom, wanted: set[str]) -> Iterator[str]:
    names = [alias for alias in node.names if (alias.asname or alias.name) in wanted]
    if names:
        yield ast.unparse(ast.ImportFrom(node.module, names, node.level))
