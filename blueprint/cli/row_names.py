"""Names of rows in an existing project that differ from those the tool would derive today."""

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
    """The singulars by service. Raises OSError if a file of the project cannot be read."""
    return other_singulars(dict(_modules(project)))


def with_released_singulars(text: str, spec: Spec, root: Path, ref: str) -> str:
    """The spec of a commit, with the names of rows in its code where today's spec declares them."""
    folders = [service.name.snake for service in spec.services if service.own_singular is not None]
    paths = {folder: f"src/{spec.name.snake}/{folder}/resource.py" for folder in folders}
    modules = {folder: released_text(root, ref, path) or "" for folder, path in paths.items()}
    return with_singulars(text, other_singulars(modules))


def _modules(project: Project) -> list[tuple[str, str]]:
    """The folders of services, each with its generated record module."""
    paths = [RelPath(path) for path in project.saved.entries] or [
        RelPath(file.relative_to(project.root).as_posix())
        for file in project.root.glob("src/*/*/resource.py")
    ]
    modules = ((path, _MODULE.fullmatch(path)) for path in paths)
    return [(match[1], _text(project, path)) for path, match in modules if match is not None]


def _text(project: Project, path: RelPath) -> str:
    entries = project.saved.entries.get(path, ())
    written = project.saved.render(entries[0].sha256) if entries else None
    if written is None and (project.root / path).is_file():
        written = (project.root / path).read_bytes()
    return (written or b"").decode("utf-8", "replace")
