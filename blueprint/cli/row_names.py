"""What a project calls the rows of its services, as far as the tool would call them otherwise today."""

from __future__ import annotations

import re
from pathlib import Path

from blueprint.evolution.singulars import Singulars, other_singulars, with_singulars
from blueprint.spec.model import Spec
from blueprint.tree import RelPath
from blueprint.workspace.git import released_text
from blueprint.workspace.project import Project

_MODULE = re.compile(r"src/[^/]+/([^/]+)/resource\.py")


def singulars_of(project: Project) -> Singulars:
    """By service. Raises OSError where a file of the project cannot be read."""
    return other_singulars(dict(_modules(project)))


def with_released_singulars(text: str, spec: Spec, root: Path, ref: str) -> str:
    """A spec of a commit that says what the code there called its rows, where the spec of today says it."""
    folders = [service.name.snake for service in spec.services if service.own_singular is not None]
    paths = {folder: f"src/{spec.name.snake}/{folder}/resource.py" for folder in folders}
    modules = {folder: released_text(root, ref, path) or "" for folder, path in paths.items()}
    return with_singulars(text, other_singulars(modules))


def _modules(project: Project) -> list[tuple[str, str]]:
    """The folders of the services with the module that says what a row is, as the tool wrote it."""
    paths = [RelPath(path) for path in project.known.entries] or [
        RelPath(file.relative_to(project.root).as_posix())
        for file in project.root.glob("src/*/*/resource.py")
    ]
    found = ((path, _MODULE.fullmatch(path)) for path in paths)
    return [(match[1], _text(project, path)) for path, match in found if match is not None]


def _text(project: Project, path: RelPath) -> str:
    entries = project.known.entries.get(path, ())
    written = project.known.render(entries[0].sha256) if entries else None
    if written is None and (project.root / path).is_file():
        written = (project.root / path).read_bytes()
    return (written or b"").decode("utf-8", "replace")
