"""Reads what stands on the disk: for each service its migrations, its table, and where its actions are."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from blueprint.evolution.tables import stored_table
from blueprint.plan.standing import Standing, Standings
from blueprint.spec.model import Service, Spec
from blueprint.tree import RelPath

_NUMBER = re.compile(r"[0-9]+")
_FUNCTION = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)


def read_standings(root: Path, spec: Spec, known: Collection[str]) -> Standings:
    """What the project in this folder has of the services of the spec.

    `known` are the paths that the tool wrote. Raises OSError where a file cannot be read.
    """
    found = ((service, _folder(spec, service)) for service in spec.services)
    return {
        service.name: _standing(root, folder, service, known)
        for service, folder in found
        if (root / folder).is_dir()
    }


def _folder(spec: Spec, service: Service) -> str:
    return f"src/{spec.name.snake}/{service.name.snake}"


def _standing(root: Path, folder: str, service: Service, known: Collection[str]) -> Standing:
    files = sorted((root / folder / "migrations").glob("*.sql"))
    # In the order in which a process applies them.
    texts = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in files}
    paths = {name: RelPath(f"{folder}/migrations/{name}") for name in texts}
    return Standing(
        migrations={path: texts[name] for name, path in paths.items() if path in known},
        last_number=max((int(found[0]) for name in texts if (found := _NUMBER.match(name))), default=0),
        table=stored_table(service.name.snake, texts.values()),
        modules={module.stem: frozenset(_defined(module)) for module in _action_modules(root / folder)},
    )


def _action_modules(folder: Path) -> Iterable[Path]:
    return [folder / name for name in ("actions.py", "reactions.py") if (folder / name).is_file()] + sorted(
        folder.glob("*_action.py")
    )


def _defined(module: Path) -> Iterator[str]:
    """The names that a module has at its top level, also in the middle of an edit."""
    text = module.read_text(encoding="utf-8", errors="replace")
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        yield from _FUNCTION.findall(text)
        return
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
