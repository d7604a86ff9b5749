"""The context of a command: the enclosing project, and the included packs."""

from __future__ import annotations

from pathlib import Path

from blueprint.catalog.load import load_catalog
from blueprint.catalog.model import Pack
from blueprint.knowledge.comparison import Project

_RECORDS = ".blueprint"


def compared_project(directory: Path | None) -> Project | None:
    """The project of -C, or the one around the current folder, if there is one.

    Raises UsageError where -C names none, SpecError where its blueprint.yaml is not valid.
    """
    if directory is None:
        return project_around(Path.cwd())
    from blueprint.workspace.project import find_project

    return project_around(find_project(directory))


def project_around(folder: Path) -> Project | None:
    """The generated project that contains the folder, with its numbers of services and events.

    SpecError where its blueprint.yaml is not valid.
    """
    around = next((parent for parent in (folder, *folder.parents) if (parent / _RECORDS).is_dir()), None)
    if around is None:
        return None
    # Import the modules that read a spec only if there is one.
    from blueprint.plan.planner import SPEC_FILE
    from blueprint.spec.load import load_spec

    if not (around / SPEC_FILE).is_file():
        return None
    spec = load_spec((around / SPEC_FILE).read_bytes(), SPEC_FILE)
    events = {publication.event for service in spec.services for publication in service.publishes}
    return Project(spec.name, spec.pattern, len(spec.services), max(1, len(events)), spec.name.package)


def built_parts() -> frozenset[str]:
    """The labels of all packs, and the paths of their files, with `{package}` for a project's package."""
    packs = load_catalog().packs
    return frozenset(part for pack in packs for part in _parts(pack))


def _parts(pack: Pack) -> list[str]:
    paths = [file.path.removesuffix(".j2").replace("[package]", "{package}") for file in pack.files]
    return [f"{pack.kind}/{pack.id}", *paths]
